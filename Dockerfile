# docker build --build-arg VERSION=1.2.3 -t leadimport:1.2.3 .
#
# The base image by name and version; pin it by digest with
#   --build-arg BUILD_IMAGE=docker.io/library/golang@sha256:...
ARG BUILD_IMAGE=docker.io/library/golang:1.26-bookworm

# On the builder's own processor, whatever the image is for: Go builds for others.
FROM --platform=$BUILDPLATFORM ${BUILD_IMAGE} AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=dev
ARG TARGETOS
ARG TARGETARCH
ENV GOOS=${TARGETOS} GOARCH=${TARGETARCH}
# Static, for there is no C library in the image. The time zones are in the
# binary.
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=${VERSION}" -o /out/leadimport ./cmd/leadimport
# /data is where lists and results are mounted; /tmp is where standard input
# is spooled, and an empty image has none.
RUN mkdir -p /out/root/data /out/root/tmp && chmod 1777 /out/root/tmp

FROM scratch
ARG VERSION=dev
ARG REVISION=unknown
# What only the builder knows is his to add: --label
# org.opencontainers.image.source=URL, likewise .documentation and .created.
LABEL org.opencontainers.image.title="leadimport" \
      org.opencontainers.image.description="Imports a CSV of leads into Intercom and never creates anybody twice" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
# No VOLUME: results in a volume without a name would go with the container,
# and with them who has been created.
COPY --from=build --chown=65532:65532 /out/root/ /
COPY --from=build /out/leadimport /leadimport
# By number: Kubernetes' runAsNonRoot cannot tell whether a name is root.
USER 65532:65532
WORKDIR /data
ENTRYPOINT ["/leadimport"]

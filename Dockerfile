# The base image by name and version; pin it by digest with
#   docker build --build-arg BUILD_IMAGE=docker.io/library/golang@sha256:... .
ARG BUILD_IMAGE=docker.io/library/golang:1.26-bookworm

FROM ${BUILD_IMAGE} AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=dev
# Static, for there is no C library in the image. The time zones are in the
# binary.
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=${VERSION}" -o /out/leadimport ./cmd/leadimport
# /data is where lists and results are mounted; /tmp is where standard input
# is spooled, and an empty image has none.
RUN mkdir -p /out/data /out/tmp && chmod 1777 /out/tmp

FROM scratch
ARG VERSION=dev
LABEL org.opencontainers.image.title="leadimport" \
      org.opencontainers.image.description="Imports a CSV of leads into Intercom and never creates anybody twice" \
      org.opencontainers.image.version="${VERSION}"
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build --chown=65532:65532 /out/data /data
COPY --from=build --chown=65532:65532 /out/tmp /tmp
COPY --from=build /out/leadimport /leadimport
# By number: Kubernetes' runAsNonRoot cannot tell whether a name is root.
USER 65532:65532
WORKDIR /data
ENTRYPOINT ["/leadimport"]

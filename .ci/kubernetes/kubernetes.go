// Package kubernetes checks the manifests of ../../samples/kubernetes against
// Kubernetes' own types and rules. It is a module of its own, so that the
// program depends on none of them.
package kubernetes

import (
	"fmt"

	batch "k8s.io/api/batch/v1"
	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// Build is what `kubectl apply -k dir` would send, decoded as an API server
// with strict validation does: fields that are unknown or there twice are
// errors.
func Build(dir string) ([]runtime.Object, error) {
	resources, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), dir)
	if err != nil {
		return nil, err
	}
	var objects []runtime.Object
	for _, r := range resources.Resources() {
		text, err := r.AsYAML()
		if err != nil {
			return nil, err
		}
		object, err := Decode(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", r.CurId(), err)
		}
		objects = append(objects, object)
	}
	return objects, nil
}

// Decode turns one document of YAML into the object that it says it is.
func Decode(text []byte) (runtime.Object, error) {
	object, _, err := decoder.Decode(text, nil, nil)
	return object, err
}

var decoder = func() runtime.Decoder {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{core.AddToScheme, batch.AddToScheme, networking.AddToScheme} {
		if err := add(scheme); err != nil {
			panic(err) // by then nothing but two types of one name can be wrong
		}
	}
	return serializer.NewCodecFactory(scheme, serializer.EnableStrict).UniversalDeserializer()
}()

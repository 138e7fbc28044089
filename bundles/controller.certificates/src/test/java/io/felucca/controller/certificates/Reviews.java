package io.felucca.controller.certificates;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReview;
import io.felucca.client.api.Client;
import io.felucca.client.api.Clients;
import io.felucca.client.api.EventRecorder;
import io.felucca.client.api.Key;
import io.felucca.client.testing.FakeCluster;
import io.felucca.machinery.GroupVersionResource;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** A cluster that also answers access reviews: by user and subresource. */
record Reviews(FakeCluster cluster, Set<String> allowed) implements Clients {
    Reviews(FakeCluster cluster) {
        this(cluster, new HashSet<>());
    }

    @Override
    @SuppressWarnings("unchecked") // the one type that is not the cluster's is asked for by class
    public <T extends HasMetadata> Client<T> of(Class<T> type) {
        return type == SubjectAccessReview.class
                ? (Client<T>) new Answers(allowed)
                : cluster.of(type);
    }

    @Override
    public Client<GenericKubernetesResource> of(GroupVersionResource resource) {
        return cluster.of(resource);
    }

    @Override
    public EventRecorder events() {
        return cluster.events();
    }

    @Override
    public List<Served> discover() {
        return cluster.discover();
    }

    @Override
    public long lastWrite() {
        return cluster.lastWrite();
    }

    @Override
    public void resetLastWrite() {
        cluster.resetLastWrite();
    }

    private record Answers(Set<String> allowed) implements Client<SubjectAccessReview> {
        @Override
        public SubjectAccessReview create(SubjectAccessReview review) {
            // As the client does, which needs to know the namespace.
            Objects.requireNonNull(review.getMetadata(), "metadata");
            String asked =
                    review.getSpec().getUser()
                            + " "
                            + review.getSpec().getResourceAttributes().getSubresource();
            return review.edit()
                    .withNewStatus()
                    .withAllowed(allowed.contains(asked))
                    .endStatus()
                    .build();
        }

        @Override
        public Optional<SubjectAccessReview> get(Key key) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<SubjectAccessReview> list(String namespace, String labelSelector) {
            throw new UnsupportedOperationException();
        }

        @Override
        public SubjectAccessReview update(SubjectAccessReview object) {
            throw new UnsupportedOperationException();
        }

        @Override
        public SubjectAccessReview updateStatus(SubjectAccessReview object) {
            throw new UnsupportedOperationException();
        }

        @Override
        public SubjectAccessReview update(SubjectAccessReview object, String subresource) {
            throw new UnsupportedOperationException();
        }

        @Override
        public SubjectAccessReview patch(Key key, ObjectNode mergePatch) {
            throw new UnsupportedOperationException();
        }

        @Override
        public SubjectAccessReview patch(Key key, String subresource, ObjectNode mergePatch) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ObjectNode act(Key key, String subresource, ObjectNode body) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean delete(Key key, Deletion options) {
            throw new UnsupportedOperationException();
        }
    }
}

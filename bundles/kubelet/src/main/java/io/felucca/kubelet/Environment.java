package io.felucca.kubelet;

import io.fabric8.kubernetes.api.model.ConfigMapKeySelector;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.SecretKeySelector;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Makes a container's environment. */
final class Environment {
    private final ClusterData data;

    Environment(ClusterData data) {
        this.data = data;
    }

    /**
     * @param services the variables of Services, which yield to the container's own
     * @throws ConfigurationException when something asked for isn't there
     */
    Map<String, String> of(
            Pod pod, Container container, Map<String, String> services, FieldReferences.Place place)
            throws ConfigurationException {
        Map<String, String> environment = new LinkedHashMap<>();
        String namespace = pod.getMetadata().getNamespace();
        for (EnvFromSource source : container.getEnvFrom()) {
            environment.putAll(whole(namespace, source));
        }
        for (EnvVar variable : container.getEnv()) {
            Map<String, String> visible = new LinkedHashMap<>(services);
            visible.putAll(environment);
            if (variable.getValueFrom() == null) {
                String value = variable.getValue() == null ? "" : variable.getValue();
                environment.put(variable.getName(), Expansion.expand(value, visible));
            } else {
                one(pod, container, variable.getValueFrom(), place)
                        .ifPresent(value -> environment.put(variable.getName(), value));
            }
        }
        Map<String, String> all = new LinkedHashMap<>(services);
        all.putAll(environment);
        return all;
    }

    private Map<String, String> whole(String namespace, EnvFromSource source)
            throws ConfigurationException {
        Optional<Map<String, byte[]>> found;
        String missing;
        Boolean optional;
        if (source.getConfigMapRef() != null) {
            String name = source.getConfigMapRef().getName();
            found = data.configMap(namespace, name);
            missing = "configmap \"" + name + "\" not found";
            optional = source.getConfigMapRef().getOptional();
        } else if (source.getSecretRef() != null) {
            String name = source.getSecretRef().getName();
            found = data.secret(namespace, name);
            missing = "secret \"" + name + "\" not found";
            optional = source.getSecretRef().getOptional();
        } else {
            return Map.of();
        }
        if (found.isEmpty()) {
            if (Boolean.TRUE.equals(optional)) {
                return Map.of();
            }
            throw new ConfigurationException(missing);
        }
        String prefix = source.getPrefix() == null ? "" : source.getPrefix();
        Map<String, String> variables = new LinkedHashMap<>();
        found.get()
                .forEach(
                        (key, bytes) ->
                                variables.put(
                                        prefix + key, new String(bytes, StandardCharsets.UTF_8)));
        return variables;
    }

    private Optional<String> one(
            Pod pod, Container container, EnvVarSource source, FieldReferences.Place place)
            throws ConfigurationException {
        String namespace = pod.getMetadata().getNamespace();
        try {
            if (source.getFieldRef() != null) {
                return Optional.of(
                        FieldReferences.field(pod, source.getFieldRef().getFieldPath(), place));
            }
            if (source.getResourceFieldRef() != null) {
                return Optional.of(
                        FieldReferences.resource(
                                pod, container, source.getResourceFieldRef(), place));
            }
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(e.getMessage());
        }
        if (source.getConfigMapKeyRef() != null) {
            ConfigMapKeySelector ref = source.getConfigMapKeyRef();
            return key(
                    data.configMap(namespace, ref.getName()),
                    ref.getKey(),
                    ref.getOptional(),
                    "configmap \"" + ref.getName() + "\" not found",
                    "ConfigMap " + namespace + "/" + ref.getName());
        }
        if (source.getSecretKeyRef() != null) {
            SecretKeySelector ref = source.getSecretKeyRef();
            return key(
                    data.secret(namespace, ref.getName()),
                    ref.getKey(),
                    ref.getOptional(),
                    "secret \"" + ref.getName() + "\" not found",
                    "Secret " + namespace + "/" + ref.getName());
        }
        throw new ConfigurationException(
                "an environment variable of container "
                        + container.getName()
                        + " comes from a source that this node doesn't support");
    }

    private static Optional<String> key(
            Optional<Map<String, byte[]>> found,
            String key,
            Boolean optional,
            String missing,
            String where)
            throws ConfigurationException {
        boolean mayMiss = Boolean.TRUE.equals(optional);
        if (found.isEmpty()) {
            if (mayMiss) {
                return Optional.empty();
            }
            throw new ConfigurationException(missing);
        }
        byte[] value = found.get().get(key);
        if (value == null) {
            if (mayMiss) {
                return Optional.empty();
            }
            throw new ConfigurationException("couldn't find key " + key + " in " + where);
        }
        return Optional.of(new String(value, StandardCharsets.UTF_8));
    }
}

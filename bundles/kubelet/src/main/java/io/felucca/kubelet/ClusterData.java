package io.felucca.kubelet;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Secret;
import io.felucca.client.api.Client;
import io.felucca.client.api.Key;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** ConfigMaps and Secrets as plain bytes, read live. Thread-safe. */
public final class ClusterData {
    private final Client<ConfigMap> configMaps;
    private final Client<Secret> secrets;

    public ClusterData(Client<ConfigMap> configMaps, Client<Secret> secrets) {
        this.configMaps = configMaps;
        this.secrets = secrets;
    }

    public Optional<Map<String, byte[]>> configMap(String namespace, String name) {
        return configMaps
                .get(new Key(namespace, name))
                .map(
                        found -> {
                            Map<String, byte[]> data = new LinkedHashMap<>();
                            found.getData()
                                    .forEach(
                                            (key, text) ->
                                                    data.put(
                                                            key,
                                                            text.getBytes(StandardCharsets.UTF_8)));
                            found.getBinaryData()
                                    .forEach((key, bytes) -> data.put(key, decode(bytes)));
                            return data;
                        });
    }

    public Optional<Map<String, byte[]>> secret(String namespace, String name) {
        return secrets.get(new Key(namespace, name))
                .map(
                        found -> {
                            Map<String, byte[]> data = new LinkedHashMap<>();
                            found.getData().forEach((key, bytes) -> data.put(key, decode(bytes)));
                            return data;
                        });
    }

    private static byte[] decode(String base64) {
        return Base64.getDecoder().decode(base64);
    }
}

package io.felucca.scheduler.plugins;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.felucca.client.api.Client;
import io.felucca.client.api.Clients;
import io.felucca.client.api.Key;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.Json;
import io.felucca.scheduler.api.Bind;
import io.felucca.scheduler.api.CycleState;
import io.felucca.scheduler.api.Plugin;
import io.felucca.scheduler.api.PodInfo;
import io.felucca.scheduler.api.Verdict;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Binds through the API. */
@Component(service = Plugin.class, property = Plugin.NAME + "=DefaultBinder")
public final class DefaultBinder implements Bind {
    private final Client<Pod> pods;

    @Activate
    public DefaultBinder(@Reference Clients clients) {
        this.pods = clients.of(Pod.class);
    }

    @Override
    public String name() {
        return "DefaultBinder";
    }

    @Override
    public Verdict bind(CycleState state, PodInfo pod, String node) {
        ObjectNode binding = Json.object();
        binding.put("apiVersion", "v1");
        binding.put("kind", "Binding");
        ObjectNode metadata = binding.putObject("metadata");
        metadata.put("namespace", pod.namespace());
        metadata.put("name", pod.name());
        // The uid keeps a pod of the same name that came later from getting this one's node.
        metadata.put("uid", pod.uid());
        binding.putObject("target").put("kind", "Node").put("name", node);
        try {
            pods.act(new Key(pod.namespace(), pod.name()), "binding", binding);
            return Verdict.SUCCESS;
        } catch (ApiException e) {
            return Verdict.error(e.getMessage());
        }
    }
}

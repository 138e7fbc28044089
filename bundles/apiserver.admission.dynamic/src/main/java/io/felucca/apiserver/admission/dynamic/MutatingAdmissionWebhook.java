package io.felucca.apiserver.admission.dynamic;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.apiserver.api.AdmissionPlugin;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.Json;
import java.util.ArrayList;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Has webhooks change objects before they are stored: those of all MutatingWebhookConfigurations,
 * one after the other, in the order of the configurations' names. Thread-safe.
 */
@Component(property = AdmissionPlugin.NAME + "=MutatingAdmissionWebhook")
public final class MutatingAdmissionWebhook implements AdmissionPlugin {
    static final GroupVersionResource CONFIGURATIONS =
            new GroupVersionResource(
                    "admissionregistration.k8s.io", "v1", "mutatingwebhookconfigurations");

    private static final String MUTATION = "mutation.webhook.admission.k8s.io/round_";

    private final Compiled<Webhook> webhooks;

    @Activate
    public MutatingAdmissionWebhook(@Reference Parts parts) {
        webhooks = new Compiled<>(CONFIGURATIONS, object -> webhooks(object, parts));
    }

    static List<Webhook> webhooks(JsonNode configuration, Parts parts) {
        List<Webhook> webhooks = new ArrayList<>();
        String name = configuration.at("/metadata/name").asText();
        configuration.path("webhooks").forEach(one -> webhooks.add(new Webhook(name, one, parts)));
        return webhooks;
    }

    @Override
    public void mutate(Request request) {
        Pass unused = firstPass(request);
    }

    @Override
    public Pass firstPass(Request request) {
        List<Webhook> all = webhooks.all(request.server());
        if (all.isEmpty() || RequestMatcher.isExempt(request)) {
            return null;
        }
        Calls calls = new Calls(all);
        return new Pass(calls.first(request), calls::second);
    }

    /** The two times that one request comes by. For one thread. */
    private static final class Calls {
        private final List<Webhook> all;
        private final Rounds rounds = new Rounds();

        Calls(List<Webhook> all) {
            this.all = all;
        }

        /** Whether the object has changed, so that all plugins have to see it. */
        boolean first(Request request) {
            boolean changed = false;
            for (int i = 0; i < all.size(); i++) {
                changed |= run(request, i, 0);
            }
            rounds.end(request);
            return changed;
        }

        void second(Request request) {
            rounds.begin(request);
            for (int i = 0; i < all.size(); i++) {
                if (rounds.isDueAgain(all.get(i))) {
                    boolean unused = run(request, i, 1);
                }
            }
        }

        private boolean run(Request request, int index, int round) {
            Webhook webhook = all.get(index);
            Webhook.Call call = webhook.call(request);
            if (call == null) {
                return false;
            }
            String place = MUTATION + round + "_index_" + index;
            boolean changed = false;
            try {
                Review.Response response = call.response(true);
                response.tell(request);
                if (!response.isAllowed()) {
                    throw response.refusal();
                }
                changed = Patched.apply(request, call.form(), response);
                request.annotations().accept(place, record(webhook, changed));
            } catch (CallException e) {
                webhook.failed(request, e, "failed-open." + place);
            }
            rounds.ran(webhook, changed, webhook.isReinvoked());
            return changed;
        }

        private static String record(Webhook webhook, boolean mutated) {
            return Json.object()
                    .put("configuration", webhook.configuration())
                    .put("webhook", webhook.name())
                    .put("mutated", mutated)
                    .toString();
        }
    }
}

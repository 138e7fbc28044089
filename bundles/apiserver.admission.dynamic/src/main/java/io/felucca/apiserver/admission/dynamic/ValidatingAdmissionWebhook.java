package io.felucca.apiserver.admission.dynamic;

import io.felucca.apiserver.api.AdmissionPlugin;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionResource;
import java.util.ArrayList;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Asks the webhooks of all ValidatingWebhookConfigurations, at the same time, whether an object may
 * be stored. Thread-safe.
 */
@Component(property = AdmissionPlugin.NAME + "=ValidatingAdmissionWebhook")
public final class ValidatingAdmissionWebhook implements AdmissionPlugin {
    static final GroupVersionResource CONFIGURATIONS =
            new GroupVersionResource(
                    "admissionregistration.k8s.io", "v1", "validatingwebhookconfigurations");

    private static final String FAILED_OPEN =
            "failed-open.validating.webhook.admission.k8s.io/round_0_index_";

    private final Compiled<Webhook> webhooks;

    @Activate
    public ValidatingAdmissionWebhook(@Reference Parts parts) {
        webhooks =
                new Compiled<>(
                        CONFIGURATIONS, object -> MutatingAdmissionWebhook.webhooks(object, parts));
    }

    @Override
    public void validate(Request request) {
        List<Webhook> all = webhooks.all(request.server());
        if (all.isEmpty() || RequestMatcher.isExempt(request)) {
            return;
        }
        List<Webhook.Call> calls = new ArrayList<>();
        try {
            for (Webhook webhook : all) {
                Webhook.Call call = webhook.call(request);
                if (call != null) {
                    calls.add(call);
                }
            }
            judge(request, calls);
        } finally {
            // Whoever was not waited for needs no answer any more.
            calls.forEach(call -> call.answer().cancel(true));
        }
    }

    /** The first refusal counts, yet all are heard: each may have something to tell. */
    private static void judge(Request request, List<Webhook.Call> calls) {
        ApiException refusal = null;
        for (int i = 0; i < calls.size(); i++) {
            Webhook.Call call = calls.get(i);
            try {
                Review.Response response = call.response(false);
                response.tell(request);
                if (!response.isAllowed() && refusal == null) {
                    refusal = response.refusal();
                }
            } catch (CallException e) {
                try {
                    call.webhook().failed(request, e, FAILED_OPEN + i);
                } catch (ApiException closed) {
                    refusal = refusal == null ? closed : refusal;
                }
            }
        }
        if (refusal != null) {
            throw refusal;
        }
    }
}

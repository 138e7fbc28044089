package io.felucca.apiserver.admission.dynamic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.admission.dynamic.RequestMatcher.Form;
import io.felucca.apiserver.api.AdmissionExpressions.Inputs;
import io.felucca.apiserver.api.AdmissionPlugin;
import io.felucca.machinery.GroupVersionResource;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Has ValidatingAdmissionPolicies judge what is to be stored, each as often and for what its
 * bindings say. Thread-safe.
 */
@Component(property = AdmissionPlugin.NAME + "=ValidatingAdmissionPolicy")
public final class ValidatingAdmissionPolicy implements AdmissionPlugin {
    static final GroupVersionResource POLICIES =
            new GroupVersionResource(
                    "admissionregistration.k8s.io", "v1", "validatingadmissionpolicies");
    static final GroupVersionResource BINDINGS =
            new GroupVersionResource(
                    "admissionregistration.k8s.io", "v1", "validatingadmissionpolicybindings");

    private final Compiled<Policy> policies;
    private final Compiled<Binding> bindings =
            new Compiled<>(BINDINGS, object -> List.of(Binding.of(object)));
    private final Parts parts;

    @Activate
    public ValidatingAdmissionPolicy(@Reference Parts parts) {
        this.parts = parts;
        policies = new Compiled<>(POLICIES, object -> List.of(new Policy(object, parts)));
    }

    @Override
    public void validate(Request request) {
        List<Binding> bound = bindings.all(request.server());
        if (bound.isEmpty() || PolicyRequests.isExempt(request)) {
            return;
        }
        Verdict verdict = new Verdict(request);
        for (Policy policy : policies.all(request.server())) {
            judge(policy, bound, request, verdict);
        }
        verdict.tell();
    }

    private void judge(Policy policy, List<Binding> bound, Request request, Verdict verdict) {
        Form form = null;
        for (Binding binding : bound) {
            if (!binding.policy().equals(policy.name())) {
                continue;
            }
            try {
                form = form == null ? policy.matcher().match(request) : form;
                if (form == null) {
                    return;
                }
                if (binding.matcher().matchesAny(request)) {
                    evaluate(policy, binding, request, form, verdict);
                }
            } catch (Parameters.NotFoundException e) {
                verdict.misconfigured(policy, binding, e.getMessage());
            }
        }
    }

    private void evaluate(
            Policy policy, Binding binding, Request request, Form form, Verdict verdict)
            throws Parameters.NotFoundException {
        List<JsonNode> params = Parameters.of(policy.paramKind(), binding.paramRef(), request);
        if (params.isEmpty()) {
            return;
        }
        ObjectNode json = RequestJson.of(request, form);
        ObjectNode object = form.of(request.object());
        ObjectNode old = form.of(request.old());
        JsonNode namespace = PolicyRequests.namespace(request);
        for (JsonNode one : params) {
            policy.evaluate(
                    new Inputs(
                            object, old, json, one, namespace, request.user(), parts.authorizer()),
                    verdict.of(policy, binding));
        }
    }
}

package io.felucca.apiserver.admission.dynamic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.admission.dynamic.RequestMatcher.Form;
import io.felucca.apiserver.api.AdmissionExpressions.ExpressionException;
import io.felucca.apiserver.api.AdmissionExpressions.Inputs;
import io.felucca.apiserver.api.AdmissionPlugin;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.Status;
import io.felucca.machinery.StatusCause;
import java.util.ArrayList;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Has MutatingAdmissionPolicies change what is to be stored, in the order of their names, each for
 * what its bindings say. Thread-safe.
 */
@Component(property = AdmissionPlugin.NAME + "=MutatingAdmissionPolicy")
public final class MutatingAdmissionPolicy implements AdmissionPlugin {
    static final GroupVersionResource POLICIES =
            new GroupVersionResource(
                    "admissionregistration.k8s.io", "v1", "mutatingadmissionpolicies");
    static final GroupVersionResource BINDINGS =
            new GroupVersionResource(
                    "admissionregistration.k8s.io", "v1", "mutatingadmissionpolicybindings");

    private final Compiled<MutatingPolicy> policies;
    private final Compiled<Binding> bindings =
            new Compiled<>(BINDINGS, object -> List.of(Binding.of(object)));
    private final Parts parts;

    /** One policy as one binding with one parameter has it: what may be run a second time. */
    private record Invocation(String policy, String binding, JsonNode params) {}

    @Activate
    public MutatingAdmissionPolicy(@Reference Parts parts) {
        this.parts = parts;
        policies = new Compiled<>(POLICIES, object -> List.of(new MutatingPolicy(object, parts)));
    }

    @Override
    public void mutate(Request request) {
        Pass unused = firstPass(request);
    }

    @Override
    public Pass firstPass(Request request) {
        List<Binding> bound = bindings.all(request.server());
        if (bound.isEmpty() || request.object() == null || PolicyRequests.isExempt(request)) {
            return null;
        }
        Dispatch dispatch = new Dispatch(policies.all(request.server()), bound);
        boolean changed = dispatch.run(request, false);
        dispatch.rounds.end(request);
        return new Pass(changed, dispatch::again);
    }

    /** One request, twice at most. */
    private final class Dispatch {
        private final List<MutatingPolicy> all;
        private final List<Binding> bound;
        private final Rounds rounds = new Rounds();
        private final List<String> denials = new ArrayList<>();

        Dispatch(List<MutatingPolicy> all, List<Binding> bound) {
            this.all = all;
            this.bound = bound;
        }

        void again(Request request) {
            rounds.begin(request);
            boolean unused = run(request, true);
        }

        /** Whether the object has changed. Refuses once all policies had their turn. */
        boolean run(Request request, boolean again) {
            boolean changed = false;
            for (MutatingPolicy policy : all) {
                for (Binding binding : bound) {
                    if (binding.policy().equals(policy.name())) {
                        changed |= run(policy, binding, request, again);
                    }
                }
            }
            if (!denials.isEmpty()) {
                throw denial(request);
            }
            return changed;
        }

        private boolean run(
                MutatingPolicy policy, Binding binding, Request request, boolean again) {
            boolean changed = false;
            try {
                Form form = policy.matcher().match(request);
                if (form == null || !binding.matcher().matchesAny(request)) {
                    return false;
                }
                for (JsonNode params :
                        Parameters.of(policy.paramKind(), binding.paramRef(), request)) {
                    Invocation key = new Invocation(policy.name(), binding.name(), params);
                    if (!again || rounds.isDueAgain(key)) {
                        boolean now = mutate(policy, binding, request, form, params);
                        rounds.ran(key, now, policy.isReinvoked());
                        changed |= now;
                    }
                }
            } catch (Parameters.NotFoundException e) {
                deny(policy, binding, "failed to configure binding: " + e.getMessage());
            }
            return changed;
        }

        private boolean mutate(
                MutatingPolicy policy,
                Binding binding,
                Request request,
                Form form,
                JsonNode params) {
            ObjectNode before = request.object().deepCopy();
            try {
                ObjectNode json = RequestJson.of(request, form);
                ObjectNode old = form.of(request.old());
                JsonNode namespace = PolicyRequests.namespace(request);
                return policy.mutate(
                        request,
                        form,
                        object ->
                                new Inputs(
                                        object,
                                        old,
                                        json,
                                        params,
                                        namespace,
                                        request.user(),
                                        parts.authorizer()));
            } catch (ExpressionException | PatchException e) {
                deny(policy, binding, e.getMessage());
                return !before.equals(request.object());
            }
        }

        private void deny(MutatingPolicy policy, Binding binding, String why) {
            if (!policy.ignoresFailures()) {
                denials.add(
                        "policy '"
                                + policy.name()
                                + "' with binding '"
                                + binding.name()
                                + "' denied request: "
                                + why);
            }
        }

        /** In the words of the first, with all as causes. */
        private ApiException denial(Request request) {
            Status plain = request.forbidden(denials.get(0)).status();
            Status.Details details = plain.details();
            List<StatusCause> causes =
                    denials.stream().map(one -> new StatusCause("", one, "")).toList();
            return new ApiException(
                    new Status(
                            plain.code(),
                            plain.reason(),
                            denials.get(0),
                            new Status.Details(
                                    details.name(),
                                    details.group(),
                                    details.kind(),
                                    "",
                                    causes,
                                    0)));
        }
    }
}

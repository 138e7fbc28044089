package io.felucca.apiserver.admission.serviceaccount;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.AdmissionPlugin;
import io.felucca.apiserver.api.ApiServer;
import io.felucca.apiserver.api.Readings;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupResource;
import io.felucca.machinery.GroupVersionResource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * Gives a new pod its service account: the default one unless it names one, which must exist; the
 * account's secrets for pulling images; and, unless pod or account don't want it, a volume with
 * token, authority and namespace in each container that mounts nothing there itself. Thread-safe.
 */
@Component(property = AdmissionPlugin.NAME + "=ServiceAccount")
public final class ServiceAccount implements AdmissionPlugin {
    private static final GroupResource PODS = new GroupResource("", "pods");
    private static final GroupVersionResource ACCOUNTS =
            new GroupVersionResource("", "v1", "serviceaccounts");
    private static final String MIRROR = "kubernetes.io/config.mirror";
    private static final String AUTOMOUNT = "automountServiceAccountToken";
    private static final String PULL_SECRETS = "imagePullSecrets";

    /** Upstream asks ten times for a default account that is missing, for as long in all. */
    private static final long PATIENCE_MILLIS = 1_500;

    private final TokenVolume volume;
    private final Readings<Account> accounts = new Readings<>(Account::of);

    /**
     * What an account says to its pods.
     *
     * @param pullSecrets the names
     */
    private record Account(boolean automounts, List<JsonNode> pullSecrets) {
        static Account of(ObjectNode account) {
            List<JsonNode> names = new ArrayList<>();
            account.path(PULL_SECRETS).forEach(secret -> names.add(secret.path("name")));
            return new Account(account.path(AUTOMOUNT).asBoolean(true), List.copyOf(names));
        }
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile ApiServer server;

    @Activate
    public ServiceAccount() {
        this(new Random());
    }

    ServiceAccount(Random random) {
        this.volume = new TokenVolume(random);
    }

    void server(ApiServer now) {
        server = now;
    }

    @Override
    public void mutate(Request request) {
        if (!isNewPod(request) || !(request.object().get("spec") instanceof ObjectNode spec)) {
            return;
        }
        if (isMirror(request)) {
            refuseReferences(request, spec);
            return;
        }
        String name = accountName(spec);
        // Both fields show the same: the first is the one that old clients read.
        spec.put("serviceAccount", name);
        spec.put("serviceAccountName", name);
        awaitDefault(request, name);
        Account account = accounts.of(account(request, name));
        if (wantsToken(spec, account)) {
            volume.addTo(spec);
        }
        if (spec.path(PULL_SECRETS).isEmpty() && !account.pullSecrets().isEmpty()) {
            ArrayNode secrets = spec.putArray(PULL_SECRETS);
            account.pullSecrets().forEach(secret -> secrets.addObject().set("name", secret));
        }
    }

    @Override
    public void validate(Request request) {
        if (isNewPod(request) && !isMirror(request)) {
            // Another plugin may have changed the name since.
            StoredObject unused = account(request, accountName(request.object().path("spec")));
        }
    }

    private static boolean isNewPod(Request request) {
        return request.operation() == Operation.CREATE
                && request.resource().groupResource().equals(PODS)
                && request.subresource().isEmpty();
    }

    /** A mirror shows a pod that runs from a file on its node: the API gives it nothing. */
    private static boolean isMirror(Request request) {
        return request.object().path("metadata").path("annotations").has(MIRROR);
    }

    private static void refuseReferences(Request request, ObjectNode spec) {
        if (!spec.path("serviceAccountName").asText("").isEmpty()) {
            throw forbidden(request, "a mirror pod may not reference service accounts");
        }
        for (JsonNode volume : spec.path("volumes")) {
            if (volume.has("secret")) {
                throw forbidden(request, "a mirror pod may not reference secrets");
            }
            for (JsonNode source : volume.path("projected").path("sources")) {
                if (source.has("serviceAccountToken")) {
                    throw forbidden(
                            request,
                            "a mirror pod may not use ServiceAccountToken volume projections");
                }
            }
        }
    }

    private static String accountName(JsonNode spec) {
        String name = spec.path("serviceAccountName").asText("");
        if (name.isEmpty()) {
            name = spec.path("serviceAccount").asText("");
        }
        return name.isEmpty() ? AccountArrival.DEFAULT : name;
    }

    private void awaitDefault(Request request, String name) {
        ApiServer now = server;
        if (now != null
                && name.equals(AccountArrival.DEFAULT)
                && request.server().get(ACCOUNTS, request.namespace(), name).isEmpty()) {
            AccountArrival.await(now, request.namespace(), PATIENCE_MILLIS);
        }
    }

    private static StoredObject account(Request request, String name) {
        return request.server()
                .get(ACCOUNTS, request.namespace(), name)
                .orElseThrow(
                        () ->
                                forbidden(
                                        request,
                                        "error looking up service account "
                                                + request.namespace()
                                                + "/"
                                                + name
                                                + ": serviceaccount \""
                                                + name
                                                + "\" not found"));
    }

    private static boolean wantsToken(ObjectNode spec, Account account) {
        return spec.hasNonNull(AUTOMOUNT) ? spec.path(AUTOMOUNT).asBoolean() : account.automounts();
    }

    private static ApiException forbidden(Request request, String why) {
        return ApiException.forbidden(PODS, request.name(), why);
    }
}

package io.felucca.apiserver.auth.node;

import io.felucca.apiserver.api.ApiServer;
import io.felucca.apiserver.api.Authorizer;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.apiserver.auth.node.Ref.Kind;
import io.felucca.machinery.FieldSelector;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * Upstream's Node authorizer: lets a node's agent read the objects that its pods name, and work on
 * its own Node, Lease, CSINode and ResourceSlices. Of others it has no opinion, so that roles may
 * add to it. Before RBAC, as upstream. Thread-safe.
 */
@Component(property = "service.ranking:Integer=100")
public final class NodeAuthorizer implements Authorizer {
    private static final Decision ALLOW = new Decision(Verdict.ALLOW, "");
    private static final String LEASES = "kube-node-lease";
    private static final Set<String> READ = Set.of("get", "list", "watch");
    private static final Set<String> CHANGE = Set.of("update", "patch");
    private static final Set<String> OWN = Set.of("get", "create", "update", "patch", "delete");

    private final NodeGraph graph;
    private final PodsOfNode pods = new PodsOfNode();

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile ApiServer server;

    @Activate
    public NodeAuthorizer(@Reference NodeGraphHolder holder) {
        this(holder.graph());
    }

    NodeAuthorizer(NodeGraph graph) {
        this.graph = graph;
    }

    void server(ApiServer now) {
        server = now;
    }

    @Override
    public Decision authorize(Attributes asked) {
        if (!asked.user().isNode()) {
            return Decision.NO_OPINION;
        }
        String node = asked.user().nodeName();
        if (node.isEmpty()) {
            return no("unknown node for user \"" + asked.user().name() + "\"");
        }
        if (!asked.isResource()) {
            return Decision.NO_OPINION;
        }
        Decision subdivided =
                switch (asked.group()) {
                    case "" -> core(asked, node);
                    case "storage.k8s.io" -> storage(asked, node);
                    case "resource.k8s.io" -> devices(asked, node);
                    case "coordination.k8s.io" ->
                            asked.resource().equals("leases") ? lease(asked, node) : null;
                    default -> null;
                };
        if (subdivided != null) {
            return subdivided;
        }
        return NodeRules.allow(asked) ? ALLOW : Decision.NO_OPINION;
    }

    /** What a node may, no list of rules can say. */
    @Override
    public Optional<String> unresolved(UserInfo user) {
        return user.isNode()
                ? Optional.of("node authorizer does not support user rule resolution")
                : Optional.empty();
    }

    private Decision core(Attributes asked, String node) {
        return switch (asked.resource()) {
            case "secrets" -> read(asked, node, Kind.SECRET);
            case "configmaps" -> read(asked, node, Kind.CONFIG_MAP);
            case "persistentvolumeclaims" ->
                    asked.subresource().equals("status")
                            ? claimStatus(asked, node)
                            : get(asked, () -> needs(asked, node, Kind.CLAIM), node);
            case "persistentvolumes" ->
                    get(asked, () -> graph.needsVolume(node, asked.name()), node);
            case "serviceaccounts" -> token(asked, node);
            case "nodes" -> node(asked, node);
            case "pods" -> pod(asked, node);
            default -> null;
        };
    }

    private Decision storage(Attributes asked, String node) {
        return switch (asked.resource()) {
            case "volumeattachments" ->
                    get(asked, () -> graph.ownsAttachment(node, asked.name()), node);
            case "csinodes" -> csiNode(asked, node);
            default -> null;
        };
    }

    private Decision devices(Attributes asked, String node) {
        return switch (asked.resource()) {
            case "resourceclaims" ->
                    get(asked, () -> needs(asked, node, Kind.RESOURCE_CLAIM), node);
            case "resourceslices" -> slice(asked, node);
            default -> null;
        };
    }

    private Decision read(Attributes asked, String node, Kind kind) {
        if (!READ.contains(asked.verb())) {
            return no("can only read resources of this type");
        }
        if (!asked.subresource().isEmpty()) {
            return no("cannot read subresource");
        }
        if (asked.namespace().isEmpty()) {
            return no("can only read namespaced object of this type");
        }
        return related(asked, () -> needs(asked, node, kind), node);
    }

    private Decision get(Attributes asked, BooleanSupplier relationship, String node) {
        if (!asked.verb().equals("get")) {
            return no("can only get individual resources of this type");
        }
        if (!asked.subresource().isEmpty()) {
            return no("cannot get subresource");
        }
        return related(asked, relationship, node);
    }

    private Decision claimStatus(Attributes asked, String node) {
        boolean fits = CHANGE.contains(asked.verb()) || asked.verb().equals("get");
        return fits
                ? related(asked, () -> needs(asked, node, Kind.CLAIM), node)
                : no("can only get/update/patch this type");
    }

    private Decision token(Attributes asked, String node) {
        if (!asked.verb().equals("create") || asked.name().isEmpty()) {
            return no("can only create tokens for individual service accounts");
        }
        if (!asked.subresource().equals("token")) {
            return no("can only create token subresource of service account");
        }
        return related(asked, () -> needs(asked, node, Kind.SERVICE_ACCOUNT), node);
    }

    private static Decision node(Attributes asked, String node) {
        boolean whole = asked.subresource().isEmpty();
        if (whole && READ.contains(asked.verb())) {
            if (asked.name().equals(node)) {
                return ALLOW;
            }
            return asked.name().isEmpty()
                    ? no("node '" + node + "' cannot read all nodes, only its own Node object")
                    : no(
                            "node '"
                                    + node
                                    + "' cannot read '"
                                    + asked.name()
                                    + "', only its own Node object");
        }
        // Which node it writes, NodeRestriction sees to.
        boolean change = CHANGE.contains(asked.verb());
        boolean allowed =
                whole
                        ? change || asked.verb().equals("create")
                        : asked.subresource().equals("status") && change;
        return allowed ? ALLOW : Decision.NO_OPINION;
    }

    private Decision pod(Attributes asked, String node) {
        boolean allowed =
                switch (asked.subresource()) {
                    case "" -> asked.verb().equals("create") || asked.verb().equals("delete");
                    case "status" -> CHANGE.contains(asked.verb());
                    case "eviction" -> asked.verb().equals("create");
                    default -> false;
                };
        if (allowed) {
            return ALLOW;
        }
        if (!asked.subresource().isEmpty() || !READ.contains(asked.verb())) {
            return Decision.NO_OPINION;
        }
        if (asked.verb().equals("get")) {
            return related(asked, () -> needs(asked, node, Kind.POD), node);
        }
        return selects(asked, "spec.nodeName", node)
                ? ALLOW
                : no("can only list/watch pods with spec.nodeName field selector");
    }

    private static Decision lease(Attributes asked, String node) {
        if (!OWN.contains(asked.verb())) {
            return no("can only get, create, update, patch, or delete a node lease");
        }
        if (!asked.namespace().equals(LEASES)) {
            return no("can only access leases in the \"" + LEASES + "\" system namespace");
        }
        // The name of what is created is not in the URL; NodeRestriction looks at it.
        return asked.verb().equals("create") || asked.name().equals(node)
                ? ALLOW
                : no("can only access node lease with the same name as the requesting node");
    }

    private static Decision csiNode(Attributes asked, String node) {
        if (!asked.subresource().isEmpty()) {
            return no("cannot authorize CSINode subresources");
        }
        if (!OWN.contains(asked.verb())) {
            return no("can only get, create, update, patch, or delete a CSINode");
        }
        return asked.verb().equals("create") || asked.name().equals(node)
                ? ALLOW
                : no("can only access CSINode with the same name as the requesting node");
    }

    private Decision slice(Attributes asked, String node) {
        if (!asked.subresource().isEmpty()) {
            return no("cannot authorize ResourceSlice subresources");
        }
        return switch (asked.verb()) {
            case "create" -> ALLOW;
            case "get", "update", "patch", "delete" ->
                    related(asked, () -> graph.ownsSlice(node, asked.name()), node);
            case "list", "watch", "deletecollection" ->
                    selects(asked, "spec.nodeName", node)
                            ? ALLOW
                            : no(
                                    "can only list/watch/deletecollection resourceslices with"
                                            + " nodeName field selector");
            default ->
                    no(
                            "only the following verbs are allowed for a ResourceSlice: get, watch,"
                                    + " list, create, update, patch, delete, deletecollection");
        };
    }

    private boolean needs(Attributes asked, String node, Kind kind) {
        Ref ref = new Ref(kind, asked.namespace(), asked.name());
        ApiServer live = server;
        Predicate<Ref> same = ref::equals;
        return graph.needs(node, ref) || (live != null && pods.need(live, node, same));
    }

    private static Decision related(Attributes asked, BooleanSupplier relationship, String node) {
        if (asked.name().isEmpty()) {
            return no("No Object name found");
        }
        return relationship.getAsBoolean()
                ? ALLOW
                : no("no relationship found between node '" + node + "' and this object");
    }

    private static boolean selects(Attributes asked, String field, String value) {
        try {
            for (FieldSelector.Term term : FieldSelector.parse(asked.fieldSelector()).terms()) {
                if (term.equal() && term.field().equals(field) && term.value().equals(value)) {
                    return true;
                }
            }
        } catch (IllegalArgumentException e) {
            // What can't be read selects nothing; the list itself will say so.
            return false;
        }
        return false;
    }

    private static Decision no(String reason) {
        return new Decision(Verdict.NO_OPINION, reason);
    }
}

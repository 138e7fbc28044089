package io.felucca.api.networking;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Cells;
import io.felucca.api.validation.Field;
import io.felucca.api.validation.LabelRules;
import io.felucca.api.validation.Notices;
import io.felucca.api.validation.Values;
import io.felucca.apiserver.api.Column;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.Strategy;
import io.felucca.machinery.FieldError;
import java.util.List;

/** {@code networkpolicies}. */
final class NetworkPolicies implements Strategy {
    static ResourceDefinition definition() {
        return NetworkingGroup.resource("v1", "NetworkPolicy", "networkpolicies")
                .shortNames("netpol")
                .strategy(new NetworkPolicies())
                .columns(
                        Column.string(
                                "Pod-Selector",
                                policy -> Cells.selector(policy.at("/spec/podSelector"))),
                        Column.AGE)
                .build();
    }

    @Override
    public List<String> notActedOn(ObjectNode object) {
        return Notices.notActedOn("NetworkPolicy", "network driver that enforces it");
    }

    @Override
    public void defaults(ObjectNode object) {
        ObjectNode spec = object.withObject("/spec");
        if (!spec.path("policyTypes").isEmpty()) {
            return;
        }
        var types = spec.putArray("policyTypes").add("Ingress");
        if (!spec.path("egress").isEmpty()) {
            types.add("Egress");
        }
    }

    @Override
    public List<FieldError> validate(ObjectNode object) {
        Field policy = Field.root(object);
        Field spec = policy.at("spec");
        LabelRules.selector(spec.at("podSelector"));
        for (Field rule : spec.at("ingress").items()) {
            ports(rule.at("ports"));
            peers(rule.at("from"));
        }
        for (Field rule : spec.at("egress").items()) {
            ports(rule.at("ports"));
            peers(rule.at("to"));
        }
        Field types = spec.at("policyTypes");
        if (types.node().size() > 2) {
            types.invalid("may not specify more than two policyTypes");
        } else {
            types.items().forEach(type -> type.oneOf(List.of("Egress", "Ingress")));
        }
        return policy.problems();
    }

    private static void ports(Field ports) {
        for (Field port : ports.items()) {
            port.at("protocol").oneOf(List.of("SCTP", "TCP", "UDP"));
            Field number = port.at("port");
            Field last = port.at("endPort");
            if (number.present()) {
                Values.portNumberOrName(number);
                if (last.present() && number.node().isTextual()) {
                    last.invalid("may not be specified when `port` is non-numeric");
                } else if (last.present() && last.number() < number.number()) {
                    last.invalid("must be greater than or equal to `port`");
                }
            } else if (last.present()) {
                last.invalid("may not be specified when `port` is not specified");
            }
        }
    }

    private static void peers(Field peers) {
        for (Field peer : peers.items()) {
            int kinds = 0;
            for (String selector : List.of("podSelector", "namespaceSelector")) {
                if (peer.has(selector)) {
                    kinds++;
                    LabelRules.selector(peer.at(selector));
                }
            }
            if (peer.has("ipBlock")) {
                if (kinds > 0) {
                    peer.forbidden("may not specify both ipBlock and another peer");
                }
                kinds++;
                block(peer.at("ipBlock"));
            }
            if (kinds == 0) {
                peer.required("must specify a peer");
            }
        }
    }

    private static void block(Field block) {
        Field cidr = block.at("cidr");
        if (!cidr.require() || !cidr.follow(Values::cidr)) {
            return;
        }
        for (Field except : block.at("except").items()) {
            if (except.follow(Values::cidr) && !isWithin(cidr.text(), except.text())) {
                except.invalid("must be a strict subset of `cidr`");
            }
        }
    }

    private static boolean isWithin(String outer, String inner) {
        int slash = inner.indexOf('/');
        int innerLength = Integer.parseInt(inner.substring(slash + 1));
        int outerLength = Integer.parseInt(outer.substring(outer.indexOf('/') + 1));
        return innerLength > outerLength && Values.contains(outer, inner.substring(0, slash));
    }
}

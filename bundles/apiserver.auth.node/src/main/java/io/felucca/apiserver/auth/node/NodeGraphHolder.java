package io.felucca.apiserver.auth.node;

import org.osgi.service.component.annotations.Component;

/** The one graph of this bundle, for the part that fills it and the part that asks it. */
@Component(service = NodeGraphHolder.class)
public final class NodeGraphHolder {
    private final NodeGraph graph = new NodeGraph();

    NodeGraph graph() {
        return graph;
    }
}

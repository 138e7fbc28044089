package io.felucca.api.events;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ResourceDefinition.Converter;
import io.felucca.machinery.Json;
import java.util.List;

/** Between this group's Event and core's, which is the stored one. The fields differ by name. */
final class EventConverter implements Converter {
    /** This group's name, then core's, in the order in which they are written. */
    private static final List<String[]> NAMES =
            List.of(
                    new String[] {"eventTime", "eventTime"},
                    new String[] {"series", "series"},
                    new String[] {"reportingController", "reportingComponent"},
                    new String[] {"reportingInstance", "reportingInstance"},
                    new String[] {"action", "action"},
                    new String[] {"reason", "reason"},
                    new String[] {"regarding", "involvedObject"},
                    new String[] {"related", "related"},
                    new String[] {"note", "message"},
                    new String[] {"type", "type"},
                    new String[] {"deprecatedSource", "source"},
                    new String[] {"deprecatedFirstTimestamp", "firstTimestamp"},
                    new String[] {"deprecatedLastTimestamp", "lastTimestamp"},
                    new String[] {"deprecatedCount", "count"});

    @Override
    public ObjectNode toStored(ObjectNode served) {
        ObjectNode stored = renamed(served, 0, 1, "v1");
        if (!stored.has("involvedObject")) {
            stored.putObject("involvedObject");
        }
        return stored;
    }

    @Override
    public ObjectNode fromStored(ObjectNode stored) {
        return renamed(stored, 1, 0, "events.k8s.io/v1");
    }

    private static ObjectNode renamed(ObjectNode from, int source, int target, String apiVersion) {
        ObjectNode to = Json.object();
        to.put("apiVersion", apiVersion);
        to.put("kind", "Event");
        if (from.has("metadata")) {
            to.set("metadata", from.get("metadata"));
        }
        for (String[] names : NAMES) {
            if (from.has(names[source])) {
                to.set(names[target], from.get(names[source]));
            }
        }
        return to;
    }
}

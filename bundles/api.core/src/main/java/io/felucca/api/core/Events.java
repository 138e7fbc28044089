package io.felucca.api.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Field;
import io.felucca.apiserver.api.Column;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.SelectableField;
import io.felucca.apiserver.api.Strategy;
import io.felucca.machinery.FieldError;
import io.felucca.machinery.NameRules;
import java.util.List;

/** {@code events} in the form of core, in which they are also stored. */
final class Events implements Strategy {
    static ResourceDefinition definition() {
        return Core.resource("Event", "events")
                .shortNames("ev")
                .strategy(new Events())
                .selectableFields(fields())
                .columns(columns())
                .build();
    }

    private static SelectableField[] fields() {
        return new SelectableField[] {
            SelectableField.at("involvedObject.kind"),
            SelectableField.at("involvedObject.namespace"),
            SelectableField.at("involvedObject.name"),
            SelectableField.at("involvedObject.uid"),
            SelectableField.at("involvedObject.apiVersion"),
            SelectableField.at("involvedObject.resourceVersion"),
            SelectableField.at("involvedObject.fieldPath"),
            SelectableField.at("reason"),
            SelectableField.at("reportingComponent"),
            new SelectableField("source", Events::component),
            SelectableField.at("type")
        };
    }

    private static Column[] columns() {
        return new Column[] {
            Column.age("Last Seen", Events::lastSeen),
            Column.string("Type", event -> event.path("type").asText()),
            Column.string("Reason", event -> event.path("reason").asText()),
            Column.string("Object", Events::object),
            Column.string("Subobject", event -> event.at("/involvedObject/fieldPath").asText())
                    .wide(),
            Column.string("Source", Events::source).wide(),
            Column.string("Message", event -> event.path("message").asText().strip()),
            Column.age("First Seen", Events::firstSeen).wide(),
            Column.string("Count", event -> String.valueOf(count(event))).wide(),
            Column.string("Name", Core::name).wide()
        };
    }

    private static Object firstSeen(JsonNode event) {
        String first = event.path("firstTimestamp").asText("");
        return first.isEmpty() ? event.path("eventTime").asText("") : first;
    }

    private static Object lastSeen(JsonNode event) {
        String series = event.at("/series/lastObservedTime").asText("");
        if (!series.isEmpty()) {
            return series;
        }
        String last = event.path("lastTimestamp").asText("");
        return last.isEmpty() ? firstSeen(event) : last;
    }

    private static int count(JsonNode event) {
        int series = event.at("/series/count").asInt();
        int count = event.path("count").asInt();
        return series > 0 ? series : Math.max(count, 1);
    }

    private static Object object(JsonNode event) {
        JsonNode object = event.path("involvedObject");
        return object.path("kind").asText().toLowerCase(java.util.Locale.ROOT)
                + "/"
                + object.path("name").asText();
    }

    private static String component(JsonNode event) {
        String source = event.at("/source/component").asText("");
        return source.isEmpty() ? event.path("reportingComponent").asText("") : source;
    }

    private static Object source(JsonNode event) {
        String host = event.at("/source/host").asText("");
        host = host.isEmpty() ? event.path("reportingInstance").asText("") : host;
        return component(event) + (host.isEmpty() ? "" : ", " + host);
    }

    /** Upstream's default of {@code --event-ttl}. */
    @Override
    public long secondsToLive() {
        return 3600;
    }

    @Override
    public boolean createsOnUpdate() {
        return true;
    }

    @Override
    public List<FieldError> validate(ObjectNode object) {
        Field event = Field.root(object);
        String namespace = event.at("metadata").text("namespace");
        Field involved = event.at("involvedObject", "namespace");
        // Events of objects without a namespace go to the default one.
        boolean matches =
                involved.filled()
                        ? involved.text().equals(namespace)
                        : namespace.equals("default") || namespace.equals("kube-system");
        if (!matches) {
            involved.invalid("does not match event.namespace");
        }
        if (event.at("eventTime").filled()) {
            modern(event);
        }
        return event.problems();
    }

    /** What the newer API asks for, told by its own timestamp. */
    private static void modern(Field event) {
        Field controller = event.at("reportingComponent");
        if (controller.named("reportingController").require()) {
            NameRules.qualifiedName(controller.text())
                    .forEach(m -> controller.named("reportingController").invalid(m));
        }
        event.at("reportingInstance").require();
        event.at("action").require();
        event.at("reason").require();
        event.at("type").requireOneOf(List.of("Normal", "Warning"));
    }
}

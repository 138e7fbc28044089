package io.felucca.api.events;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Field;
import io.felucca.apiserver.api.Column;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.SelectableField;
import io.felucca.apiserver.api.Strategy;
import io.felucca.machinery.FieldError;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.NameRules;
import io.felucca.schema.Schemas;
import java.util.List;
import java.util.Locale;

/** {@code events}, stored where core's are. */
final class Events implements Strategy {
    private static final GroupVersionKind KIND =
            new GroupVersionKind("events.k8s.io", "v1", "Event");
    private static final int MAX_TEXT = 128;
    private static final int MAX_NOTE = 1024;

    static ResourceDefinition definition() {
        return ResourceDefinition.builder(KIND, "events", Schemas.of(KIND))
                .shortNames("ev")
                .storedAs("", "events")
                .converter(new EventConverter())
                .strategy(new Events())
                .selectableFields(
                        SelectableField.at("regarding.kind"),
                        SelectableField.at("regarding.namespace"),
                        SelectableField.at("regarding.name"),
                        SelectableField.at("regarding.uid"),
                        SelectableField.at("regarding.apiVersion"),
                        SelectableField.at("regarding.resourceVersion"),
                        SelectableField.at("regarding.fieldPath"),
                        SelectableField.at("reason"),
                        SelectableField.at("reportingController"),
                        SelectableField.at("type"))
                .columns(columns())
                .build();
    }

    private static Column[] columns() {
        return new Column[] {
            Column.age("Last Seen", Events::lastSeen),
            Column.string("Type", event -> event.path("type").asText()),
            Column.string("Reason", event -> event.path("reason").asText()),
            Column.string(
                    "Object",
                    event ->
                            event.at("/regarding/kind").asText().toLowerCase(Locale.ROOT)
                                    + "/"
                                    + event.at("/regarding/name").asText()),
            Column.string("Subobject", event -> event.at("/regarding/fieldPath").asText()).wide(),
            Column.string("Source", Events::source).wide(),
            Column.string("Message", event -> event.path("note").asText().strip()),
            Column.age("First Seen", Events::firstSeen).wide(),
            Column.string("Count", event -> String.valueOf(count(event))).wide(),
            Column.string("Name", event -> event.at("/metadata/name").asText()).wide()
        };
    }

    private static Object firstSeen(JsonNode event) {
        String first = event.path("deprecatedFirstTimestamp").asText("");
        return first.isEmpty() ? event.path("eventTime").asText("") : first;
    }

    private static Object lastSeen(JsonNode event) {
        String series = event.at("/series/lastObservedTime").asText("");
        if (!series.isEmpty()) {
            return series;
        }
        String last = event.path("deprecatedLastTimestamp").asText("");
        return last.isEmpty() ? firstSeen(event) : last;
    }

    private static int count(JsonNode event) {
        int series = event.at("/series/count").asInt();
        return series > 0 ? series : Math.max(event.path("deprecatedCount").asInt(), 1);
    }

    private static Object source(JsonNode event) {
        String component = event.at("/deprecatedSource/component").asText("");
        String host = event.at("/deprecatedSource/host").asText("");
        component = component.isEmpty() ? event.path("reportingController").asText("") : component;
        host = host.isEmpty() ? event.path("reportingInstance").asText("") : host;
        return component + (host.isEmpty() ? "" : ", " + host);
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
        event.at("eventTime").require();
        Field controller = event.at("reportingController");
        if (controller.require()) {
            controller.follow(NameRules::qualifiedName);
        }
        for (String name : List.of("reportingInstance", "action", "reason")) {
            Field text = event.at(name);
            if (text.require() && text.text().length() > MAX_TEXT) {
                text.invalid("", "can have at most " + MAX_TEXT + " characters");
            }
        }
        event.at("type").requireOneOf(List.of("Normal", "Warning"));
        if (event.text("note").length() > MAX_NOTE) {
            event.at("note").invalid("", "can have at most " + MAX_NOTE + " characters");
        }
        if (event.at("series").present() && event.at("series", "count").number() < 2) {
            event.at("series", "count").invalid("", "should be at least 2");
        }
        namespace(event);
        return event.problems();
    }

    private static void namespace(Field event) {
        String own = event.at("metadata").text("namespace");
        Field regarding = event.at("regarding", "namespace");
        boolean matches =
                regarding.filled()
                        ? regarding.text().equals(own)
                        : own.equals("default") || own.equals("kube-system");
        if (!matches) {
            regarding.named("involvedObject.namespace").invalid("does not match event.namespace");
        }
    }
}

package io.felucca.api.scheduling;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.testing.ResourceFixture;
import java.util.List;
import org.junit.jupiter.api.Test;

class PriorityClassesTest {
    private static final String MANIFEST = "{\"metadata\":{\"name\":\"high\"},\"value\":1000}";

    private final ResourceFixture classes =
            ResourceFixture.of(new SchedulingGroup(), "PriorityClass");

    @Test
    void theSystemsClassesAreValid() {
        for (ObjectNode object : new SystemPriorityClasses().objects()) {
            classes.create(object.toString());
        }
    }

    @Test
    void usersCanNotReachTheSystemsPriorities() {
        assertEquals(
                List.of(
                        "value: Forbidden: maximum allowed value of a user defined priority is"
                                + " 1000000000"),
                classes.problems(MANIFEST, "/value", "1000000001"));
        assertEquals(
                List.of(
                        "metadata.name: Forbidden: priority class names with 'system-' prefix are"
                                + " reserved for system use only. error: system-mine is not a known"
                                + " system priority class"),
                classes.problems(MANIFEST, "/metadata/name", "\"system-mine\""));
    }

    @Test
    void theValueCanNotChange() {
        assertEquals(
                List.of("value: Forbidden: may not be changed in an update."),
                classes.updateProblems(classes.create(MANIFEST), "/value", "5"));
    }
}

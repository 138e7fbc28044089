package io.felucca.api.coordination;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.felucca.testing.ResourceFixture;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeasesTest {
    private static final String MANIFEST =
            "{\"metadata\":{\"name\":\"n\"},\"spec\":{\"holderIdentity\":\"me\"}}";

    private final ResourceFixture leases = ResourceFixture.of(new CoordinationGroup(), "Lease");

    @Test
    void durationsArePositiveAndTransitionsNotNegative() {
        assertEquals(List.of("me", "AGE"), leases.cells(leases.create(MANIFEST)));
        assertEquals(
                List.of("spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0"),
                leases.problems(MANIFEST, "/spec/leaseDurationSeconds", "0"));
        assertEquals(
                List.of(
                        "spec.leaseTransitions: Invalid value: -1: must be greater than or equal"
                                + " to 0"),
                leases.problems(MANIFEST, "/spec/leaseTransitions", "-1"));
    }
}

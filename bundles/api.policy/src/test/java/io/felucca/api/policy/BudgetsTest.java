package io.felucca.api.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.felucca.testing.ResourceFixture;
import java.util.List;
import org.junit.jupiter.api.Test;

class BudgetsTest {
    private static final String MANIFEST =
            "{\"metadata\":{\"name\":\"a\"},\"spec\":{\"minAvailable\":\"50%\"}}";

    private final ResourceFixture budgets =
            ResourceFixture.of(new PolicyGroup(), "PodDisruptionBudget");

    @Test
    void aBudgetHasOneKindOfBound() {
        assertEquals(List.of("50%", "N/A", 0L, "AGE"), budgets.cells(budgets.create(MANIFEST)));
        assertEquals(
                List.of(
                        "spec: Invalid value: {\"minAvailable\":\"50%\",\"maxUnavailable\":1}:"
                                + " minAvailable and maxUnavailable cannot be both set"),
                budgets.problems(MANIFEST, "/spec/maxUnavailable", "1"));
        assertEquals(
                List.of(
                        "spec.minAvailable: Invalid value: -1: must be greater than or equal to"
                                + " 0"),
                budgets.problems(MANIFEST, "/spec/minAvailable", "-1"));
    }
}

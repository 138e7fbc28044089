package io.felucca.apiserver.aggregation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.APIService;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ApiServicesTest {
    private static List<String> inOrder(APIService... all) {
        List<String> names = new ArrayList<>();
        ApiServices.inOrder(List.of(all))
                .values()
                .forEach(
                        versions ->
                                versions.forEach(one -> names.add(one.getMetadata().getName())));
        return names;
    }

    @Test
    void groupsComeByTheHighestPriorityOfTheirVersions() {
        assertEquals(
                List.of("v1.", "v2.b.io", "v1.b.io", "v1.a.io"),
                inOrder(
                        Objects.local("a.io", "v1", 1500, 15),
                        Objects.local("b.io", "v1", 1000, 15),
                        Objects.local("b.io", "v2", 2000, 15),
                        Objects.local("", "v1", 18000, 1)));
    }

    @Test
    void equalGroupsComeByNameAndEqualVersionsByAge() {
        assertEquals(
                List.of("v1.a.io", "v2.b.io", "v1.b.io", "v2beta1.b.io"),
                inOrder(
                        Objects.local("b.io", "v2beta1", 1000, 100),
                        Objects.local("b.io", "v1", 1000, 100),
                        Objects.local("b.io", "v2", 1000, 100),
                        Objects.local("a.io", "v1", 1000, 100)));
    }

    @Test
    void aVersionsPriorityCountsMoreThanItsAge() {
        assertEquals(
                List.of("v1alpha1.b.io", "v1.b.io"),
                inOrder(
                        Objects.local("b.io", "v1", 1000, 1),
                        Objects.local("b.io", "v1alpha1", 1000, 2)));
    }
}

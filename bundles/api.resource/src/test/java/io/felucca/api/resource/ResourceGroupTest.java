package io.felucca.api.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.felucca.testing.ResourceFixture;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResourceGroupTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            textBlock =
                    """
                    ResourceClaim | {"metadata":{"name":"a"},"spec":{"devices":{"requests":[{"name":"r","exactly":{"deviceClassName":"c"}}]}}} | /spec/devices/requests/0/exactly |  | spec.devices.requests[0]: Invalid value: {"name":"r"}: exactly one of `exactly` or `firstAvailable` is required
                    ResourceClaimTemplate | {"metadata":{"name":"a"},"spec":{"spec":{"devices":{"requests":[{"name":"r","exactly":{"deviceClassName":"c"}}]}}}} | /spec/spec/devices/requests/0/name | "" | spec.spec.devices.requests[0].name: Required value
                    ResourceSlice | {"metadata":{"name":"a"},"spec":{"driver":"d","pool":{"name":"p","generation":1,"resourceSliceCount":1},"nodeName":"n"}} | /spec/driver | "" | spec.driver: Required value
                    """)
    void aValidObjectPassesAndABrokenRuleIsNamed(
            String kind, String valid, String pointer, String value, String message) {
        ResourceFixture resource = ResourceFixture.of(new ResourceGroup(), kind);
        resource.create(valid);
        assertEquals(List.of(message), resource.problems(valid, pointer, value));
    }
}

package io.felucca.api.batch;

import io.felucca.apiserver.api.ApiGroup;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.schema.Schemas;
import java.time.Clock;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The group batch. */
@Component
public final class BatchGroup implements ApiGroup {
    private final List<ResourceDefinition> resources;

    @Activate
    public BatchGroup(@Reference Clock clock) {
        resources = List.of(CronJobs.definition(clock), Jobs.definition(clock));
    }

    static GroupVersionKind kind(String kind) {
        return new GroupVersionKind("batch", "v1", kind);
    }

    static ResourceDefinition.Builder resource(String kind, String plural) {
        return ResourceDefinition.builder(kind(kind), plural, Schemas.of(kind(kind)));
    }

    @Override
    public String name() {
        return "batch";
    }

    @Override
    public List<String> versions() {
        return List.of("v1");
    }

    @Override
    public List<ResourceDefinition> resources() {
        return resources;
    }
}

package io.felucca.apiserver.apiextensions;

import io.felucca.apiserver.api.ApiGroup;
import io.felucca.apiserver.api.ResourceDefinition;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;

/** The published groups. For the worker's thread; {@link #close} after its end. */
final class CustomGroups implements AutoCloseable {
    private final BundleContext context;
    private final Map<String, Published> published = new HashMap<>();
    private long changes;

    private record Published(CustomGroup group, ServiceRegistration<ApiGroup> registration) {}

    CustomGroups(BundleContext context) {
        this.context = context;
    }

    boolean isOurs(String group) {
        return published.containsKey(group);
    }

    /** Serves these of the group, and no others; comes back when the server does so. */
    void serve(String name, List<ResourceDefinition> resources) {
        Published known = published.get(name);
        changes++;
        if (known == null) {
            if (!resources.isEmpty()) {
                CustomGroup group = new CustomGroup(name);
                group.serve(resources);
                published.put(
                        name,
                        new Published(
                                group,
                                context.registerService(ApiGroup.class, group, properties())));
            }
            return;
        }
        known.group().serve(resources);
        // With a change of the properties comes the news that the service changed.
        known.registration().setProperties(properties());
        if (resources.isEmpty()) {
            published.remove(name);
            known.registration().unregister();
        }
    }

    private Dictionary<String, Object> properties() {
        return FrameworkUtil.asDictionary(Map.of("changes", changes));
    }

    @Override
    public void close() {
        published.values().forEach(one -> one.registration().unregister());
        published.clear();
    }
}

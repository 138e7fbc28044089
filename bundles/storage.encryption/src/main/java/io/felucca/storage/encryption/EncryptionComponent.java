package io.felucca.storage.encryption;

import io.felucca.storage.api.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Offers the store that encrypts, with the service property {@value #ENCRYPTED}, once it has a
 * configuration. The API server must be told to take that one and no other ({@code Store.target} in
 * its configuration). Looks whether the file has changed every few seconds; a file that is wrong
 * changes nothing.
 */
@Component(
        service = {},
        immediate = true,
        configurationPid = "io.felucca.storage.encryption",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class EncryptionComponent {
    static final String ENCRYPTED = "store.encrypted";

    private static final Logger LOG = LoggerFactory.getLogger(EncryptionComponent.class);

    /** Upstream's {@code --encryption-provider-config}. */
    public @interface Config {
        /** An EncryptionConfiguration; a path. */
        String file();

        /** How often to look whether it has changed. */
        int reload_seconds() default 10;

        /** Whether values of other keys are written anew with the first one after each change. */
        boolean rewrite() default true;
    }

    private final Path file;
    private final boolean rewrite;
    private final Store inner;
    private final EncryptingStore store;
    private final ScheduledExecutorService worker =
            Executors.newSingleThreadScheduledExecutor(
                    task -> {
                        Thread thread = Executors.defaultThreadFactory().newThread(task);
                        thread.setName("store-encryption");
                        thread.setDaemon(true);
                        return thread;
                    });
    private final ServiceRegistration<Store> registration;

    // Only the worker's.
    private byte[] read;

    @Activate
    public EncryptionComponent(
            BundleContext context,
            Config config,
            @Reference(target = "(!(" + ENCRYPTED + "=true))") Store inner)
            throws IOException {
        this.file = Path.of(config.file());
        this.rewrite = config.rewrite();
        this.inner = inner;
        this.read = Files.readAllBytes(file);
        Rules rules = EncryptionConfiguration.read(read);
        this.store = new EncryptingStore(inner, rules);
        this.registration =
                context.registerService(
                        Store.class,
                        store,
                        FrameworkUtil.asDictionary(
                                Map.of(ENCRYPTED, true, Constants.SERVICE_RANKING, 100)));
        worker.execute(() -> rewrite(rules));
        var unused =
                worker.scheduleWithFixedDelay(
                        this::reload,
                        config.reload_seconds(),
                        config.reload_seconds(),
                        TimeUnit.SECONDS);
    }

    @Deactivate
    void deactivate() {
        registration.unregister();
        worker.shutdownNow();
    }

    private void reload() {
        try {
            byte[] now = Files.readAllBytes(file);
            if (Arrays.equals(now, read)) {
                return;
            }
            // Said once, even when it is wrong.
            read = now;
            Rules rules = EncryptionConfiguration.read(now);
            store.use(rules);
            LOG.info("{} was read anew", file);
            rewrite(rules);
        } catch (IOException | RuntimeException e) {
            LOG.error("{} can't be used, the former one holds: {}", file, e.getMessage());
        }
    }

    private void rewrite(Rules rules) {
        if (!rewrite) {
            return;
        }
        try {
            int written = new Rewriter(inner, rules).run();
            LOG.info("Values written anew with the key that is first now: {}", written);
        } catch (Provider.SealBroken | RuntimeException e) {
            LOG.error("Not all values could be written anew: {}", e.getMessage());
        }
    }
}

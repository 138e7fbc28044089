package io.felucca.controller.bootstrap;

import io.fabric8.kubernetes.api.model.Secret;
import io.felucca.client.api.Client;
import io.felucca.client.api.Client.Deletion;
import io.felucca.client.api.Clients;
import io.felucca.client.api.Key;
import io.felucca.controller.api.Reconciler;
import io.felucca.controller.api.Result;
import io.felucca.controller.api.Source;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Deletes bootstrap tokens that have expired. Its role lets it see the Secrets of kube-system only,
 * so it looks there by itself, when the next one is due and at least every minute; its one key is
 * the sweep. No token works after its time, deleted or not.
 */
@Component(property = Reconciler.NAME + "=token-cleaner-controller")
public final class TokenCleaner implements Reconciler {
    static final Key SWEEP = Key.clusterScoped("sweep");

    private static final String NAMESPACE = "kube-system";
    private static final String TYPE = "bootstrap.kubernetes.io/token";
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final Client<Secret> secrets;
    private final Clock clock;

    @Activate
    public TokenCleaner(@Reference Clients clients, @Reference Clock clock) {
        this.secrets = clients.of(Secret.class);
        this.clock = clock;
    }

    @Override
    public List<Source<?>> sources() {
        return List.of();
    }

    @Override
    public void started(Consumer<Key> queue) {
        queue.accept(SWEEP);
    }

    @Override
    public Result reconcile(Key key) {
        Instant now = clock.instant();
        Duration next = LONGEST;
        for (Secret secret : secrets.list(NAMESPACE, "")) {
            Optional<Instant> expiry =
                    TYPE.equals(secret.getType()) ? expiry(secret) : Optional.empty();
            if (expiry.isEmpty()) {
                continue;
            }
            Duration left = Duration.between(now, expiry.get());
            if (left.compareTo(Duration.ZERO) <= 0) {
                secrets.delete(Key.of(secret), Deletion.ofUid(secret.getMetadata().getUid()));
            } else if (left.compareTo(next) < 0) {
                next = left;
            }
        }
        return Result.requeueAfter(next);
    }

    /** Empty for a token without an end; one that can't be read is over, as upstream. */
    private static Optional<Instant> expiry(Secret secret) {
        String encoded = secret.getData() == null ? null : secret.getData().get("expiration");
        if (encoded == null) {
            return Optional.empty();
        }
        String text = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException e) {
            return Optional.of(Instant.EPOCH);
        }
    }
}

package io.felucca.apiserver;

import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.ApiServer.ListOptions;
import io.felucca.apiserver.api.Authorizer;
import io.felucca.apiserver.api.Authorizer.Attributes;
import io.felucca.apiserver.api.Authorizer.Decision;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.FieldSelector;
import io.felucca.machinery.StatusReason;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Asks the authorizers in turn. None there means nobody may do anything, and that it says so. While
 * one is being replaced the others do not decide without it: neither is a no final that it would
 * have made a yes, nor the other way round.
 */
final class Authorization {
    private static final String NAME_FIELD = "metadata.name";

    private final Patience patience;
    private final AuthorizationMetrics metrics;
    private final Ranked<Authorizer> authorizers =
            new Ranked<>(
                    Comparator.comparingInt((Ranked.One<Authorizer> one) -> one.ranking())
                            .reversed());
    private volatile long goneSinceNanos;

    /** How many have gone and may come back. */
    private final AtomicInteger missing = new AtomicInteger();

    Authorization(Patience patience, AuthorizationMetrics metrics) {
        this.metrics = metrics;
        this.patience = patience;
        this.goneSinceNanos = patience.now();
    }

    void add(Authorizer authorizer, int ranking) {
        authorizers.add(authorizer, "", ranking);
        missing.updateAndGet(count -> Math.max(0, count - 1));
        patience.arrived();
    }

    void remove(Authorizer authorizer) {
        goneSinceNanos = patience.now();
        missing.incrementAndGet();
        Ranked.One<Authorizer> removed = authorizers.remove(authorizer);
        if (removed == null) {
            missing.decrementAndGet();
        } else {
            removed.calls().awaitIdle(Patience.MOMENT_NANOS);
        }
    }

    boolean isPresent() {
        return !authorizers.all().isEmpty();
    }

    void check(ApiRequest request) {
        check(request, request.verb());
    }

    /** Whether the user may do something else than what the request says. */
    void check(ApiRequest request, String verb) {
        check(request, verb, request.name(), "", "");
    }

    /** For a list, watch or deletecollection: authorizers may look at what it selects. */
    void check(ApiRequest request, ListOptions options) {
        String name =
                request.name().isEmpty() ? selectedName(options.fieldSelector()) : request.name();
        check(request, request.verb(), name, options.labelSelector(), options.fieldSelector());
    }

    private void check(ApiRequest request, String verb, String name, String labels, String fields) {
        Attributes attributes =
                new Attributes(
                        request.user(),
                        verb,
                        request.resource().group(),
                        request.resource().version(),
                        request.resource().resource(),
                        request.subresource(),
                        namespace(request, verb),
                        name,
                        "",
                        labels,
                        fields);
        Decision decision = metrics.count(() -> decide(attributes));
        request.decided().accept(decision);
        if (decision.verdict() != Authorizer.Verdict.ALLOW) {
            throw ApiException.forbidden(
                    request.resource().groupResource(),
                    request.name(),
                    withReason(words(attributes), decision));
        }
    }

    /** As upstream: a list of one name is a question about that name. */
    private static String selectedName(String fieldSelector) {
        if (!fieldSelector.contains(NAME_FIELD)) {
            return "";
        }
        try {
            for (FieldSelector.Term term : FieldSelector.parse(fieldSelector).terms()) {
                if (term.field().equals(NAME_FIELD) && term.equal()) {
                    return term.value();
                }
            }
        } catch (IllegalArgumentException e) {
            // Whoever reads the list will say what is wrong with it.
            return "";
        }
        return "";
    }

    /** As upstream: a namespace is in itself, so that a role in it may allow to see it. */
    private static String namespace(ApiRequest request, String verb) {
        boolean isNamespace =
                request.resource().group().isEmpty()
                        && request.resource().resource().equals("namespaces")
                        && !verb.equals("create");
        return isNamespace ? request.name() : request.namespace();
    }

    void checkPath(UserInfo user, String verb, String path) {
        Attributes attributes = new Attributes(user, verb, "", "", "", "", "", "", path);
        Decision decision = metrics.count(() -> decide(attributes));
        if (decision.verdict() != Authorizer.Verdict.ALLOW) {
            String words =
                    "forbidden: User \""
                            + user.name()
                            + "\" cannot "
                            + verb
                            + " path \""
                            + path
                            + "\"";
            throw ApiException.of(StatusReason.Forbidden, withReason(words, decision));
        }
    }

    private void awaitMissing() {
        int away = missing.get();
        if (away > 0 && !patience.await(() -> missing.get() == 0, () -> goneSinceNanos)) {
            // It was taken away for good: those that are there decide.
            missing.compareAndSet(away, 0);
        }
    }

    private Decision decide(Attributes attributes) {
        awaitMissing();
        List<Ranked.One<Authorizer>> chain = authorizers.all();
        while (chain.isEmpty()) {
            if (!patience.await(this::isPresent, () -> goneSinceNanos)) {
                throw ApiException.unavailable("no authorizer is there", 1);
            }
            chain = authorizers.all();
        }
        StringBuilder reasons = new StringBuilder();
        for (Ranked.One<Authorizer> one : chain) {
            Decision decision = one.call(authorizer -> authorizer.authorize(attributes));
            if (decision.verdict() != Authorizer.Verdict.NO_OPINION) {
                return decision;
            }
            if (!decision.reason().isEmpty()) {
                reasons.append(reasons.length() == 0 ? "" : ", ").append(decision.reason());
            }
        }
        return new Decision(Authorizer.Verdict.NO_OPINION, reasons.toString());
    }

    private static String words(Attributes attributes) {
        String resource =
                attributes.subresource().isEmpty()
                        ? attributes.resource()
                        : attributes.resource() + "/" + attributes.subresource();
        String scope =
                attributes.namespace().isEmpty()
                        ? " at the cluster scope"
                        : " in the namespace \"" + attributes.namespace() + "\"";
        return "User \""
                + attributes.user().name()
                + "\" cannot "
                + attributes.verb()
                + " resource \""
                + resource
                + "\" in API group \""
                + attributes.group()
                + "\""
                + scope;
    }

    private static String withReason(String words, Decision decision) {
        return decision.reason().isEmpty() ? words : words + ": " + decision.reason();
    }
}

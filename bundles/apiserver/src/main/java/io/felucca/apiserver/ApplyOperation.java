package io.felucca.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.apiserver.api.Subresource;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.StatusReason;
import io.felucca.machinery.schema.Yaml;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** Server-side apply: a patch that says what one manager wants, and creates what is not there. */
final class ApplyOperation {
    private final Core core;
    private final Updates updates;
    private final CreateOperation creates;

    ApplyOperation(Core core, Updates updates, CreateOperation creates) {
        this.core = core;
        this.updates = updates;
        this.creates = creates;
    }

    /** The request has been authorized as a patch. */
    CompletionStage<StoredObject> run(Target target, Subresource part, byte[] body) {
        if (part != null && !part.name().equals("status")) {
            throw ApiException.of(
                    StatusReason.UnsupportedMediaType,
                    "server-side apply is served for objects and their status, not for "
                            + part.name());
        }
        byte[] json = Yaml.toJson(body);
        ObjectNode wanted =
                Rules.decode(
                        target.request(),
                        target.definition().kind(),
                        target.definition().schema(),
                        Set.of(),
                        json);
        ReplaceOperation.checkIdentity(target.request(), wanted);
        boolean isThere =
                target.cache().get(target.request().namespace(), target.request().name()) != null;
        if (part == null && !isThere) {
            core.authorization().check(target.request(), "create");
            ObjectNode first = core.owners().applied(target, null, null, wanted);
            return creates.runApplied(target, first);
        }
        Updates.Change change =
                (old, current) -> {
                    ReplaceOperation.checkVersion(target, wanted, current);
                    return core.owners().applied(target, part, old, wanted);
                };
        return updates.run(target, ReplaceOperation.mode(part, true).withOwnersKnown(), change);
    }
}

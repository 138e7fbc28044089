package io.felucca.dns;

import io.felucca.machinery.ApiException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides who answers a question: the cluster's zone or other servers. Thread-safe. */
final class Responder {
    private static final Logger LOG = LoggerFactory.getLogger(Responder.class);

    /** Who answers for the rest of the world. */
    interface Others {
        void ask(byte[] query, boolean tcp, Consumer<Optional<byte[]>> done);
    }

    private final Zone zone;
    private final Others others;

    Responder(Zone zone, Others others) {
        this.zone = zone;
        this.others = others;
    }

    /**
     * Answers.
     *
     * @param done gets the whole answer; never called for what is no question
     */
    void respond(byte[] wire, boolean tcp, Consumer<byte[]> done) {
        if (!Query.isQuery(wire)) {
            return;
        }
        Query query;
        try {
            query = Query.parse(wire);
        } catch (MalformedException e) {
            done.accept(Response.malformed(wire, ResponseCode.FORMAT_ERROR));
            return;
        }
        Optional<ResponseCode> refused = refused(query);
        if (refused.isPresent()) {
            finish(query, Answer.failure(refused.get()), tcp, done);
            return;
        }
        Optional<Answer> answer;
        try {
            answer = zone.answer(query.name(), query.type());
        } catch (ApiException e) {
            // What is not known yet must not be denied.
            LOG.debug("no answer about {}: {}", query.name(), e.getMessage());
            finish(query, Answer.failure(ResponseCode.SERVER_FAILURE), tcp, done);
            return;
        }
        if (answer.isEmpty()) {
            others.ask(wire, tcp, other -> pass(query, other, tcp, done));
        } else if (answer.get().unfinished() == null) {
            finish(query, answer.get(), tcp, done);
        } else {
            follow(query, answer.get(), tcp, done);
        }
    }

    private static Optional<ResponseCode> refused(Query query) {
        if (!query.standard()) {
            return Optional.of(ResponseCode.NOT_IMPLEMENTED);
        }
        if (query.ednsVersion() > 0) {
            return Optional.of(ResponseCode.BAD_VERSION);
        }
        return query.kind() == Query.INTERNET
                ? Optional.empty()
                : Optional.of(ResponseCode.REFUSED);
    }

    private static void pass(
            Query query, Optional<byte[]> other, boolean tcp, Consumer<byte[]> done) {
        if (other.isPresent()) {
            done.accept(other.get());
        } else {
            finish(query, Answer.failure(ResponseCode.SERVER_FAILURE), tcp, done);
        }
    }

    /** Clients don't follow an alias by themselves; so the answer goes on to its end. */
    private void follow(Query query, Answer alias, boolean tcp, Consumer<byte[]> done) {
        others.ask(
                Query.about(alias.unfinished(), query.type()),
                true,
                other -> finish(query, joined(alias, other), tcp, done));
    }

    private static Answer joined(Answer alias, Optional<byte[]> other) {
        if (other.isEmpty()) {
            return Answer.failure(ResponseCode.SERVER_FAILURE);
        }
        List<Resource> records = new ArrayList<>(alias.records());
        try {
            records.addAll(Response.answers(other.get()));
        } catch (MalformedException e) {
            return Answer.failure(ResponseCode.SERVER_FAILURE);
        }
        int code = Response.code(other.get());
        if (code == ResponseCode.NO_ERROR.number()) {
            return Answer.of(records);
        }
        return code == ResponseCode.NO_SUCH_NAME.number()
                ? new Answer(ResponseCode.NO_SUCH_NAME, records, List.of(), List.of(), null)
                : Answer.failure(ResponseCode.SERVER_FAILURE);
    }

    private static void finish(Query query, Answer answer, boolean tcp, Consumer<byte[]> done) {
        done.accept(Response.write(query, answer, tcp));
    }
}

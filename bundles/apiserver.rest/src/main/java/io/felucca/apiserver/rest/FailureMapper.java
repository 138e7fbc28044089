package io.felucca.apiserver.rest;

import io.felucca.machinery.Json;
import io.felucca.machinery.Status;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import org.apache.cxf.jaxrs.ext.ContextProvider;
import org.apache.cxf.jaxrs.utils.JAXRSUtils;
import org.apache.cxf.message.Message;

/** Turns what resources throw into the Status that clients expect. */
@Provider
public final class FailureMapper implements ExceptionMapper<Throwable> {

    /** Gives resources the call that they answer. */
    @Provider
    public static final class CallProvider implements ContextProvider<Call> {
        @Override
        public Call createContext(Message message) {
            return message.getExchange().getInMessage().get(Call.class);
        }
    }

    @Override
    public Response toResponse(Throwable failure) {
        Call call = JAXRSUtils.getCurrentMessage().getExchange().getInMessage().get(Call.class);
        Status status = Failures.toStatus(known(failure), call);
        Response.ResponseBuilder builder =
                Response.status(status.code())
                        .type(Representation.JSON)
                        .entity(Json.bytes(status.toJson()));
        if (status.details() != null && status.details().retryAfterSeconds() > 0) {
            builder.header("Retry-After", status.details().retryAfterSeconds());
        }
        return builder.build();
    }

    /** CXF's own findings, in upstream's words. */
    private static Throwable known(Throwable failure) {
        if (!(failure instanceof WebApplicationException web)) {
            return failure;
        }
        return switch (web.getResponse().getStatus()) {
            case 404 -> Failures.noSuchResource();
            case 405 -> Failures.methodNotAllowed();
            default -> failure;
        };
    }
}

package io.felucca.apiserver.rest;

import jakarta.ws.rs.core.Response;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * A document that changes seldom, with the tag by which clients ask whether it did.
 *
 * @param body not to be written to
 */
@SuppressWarnings("ArrayRecordComponent")
record Document(String contentType, byte[] body, String hash) {

    static Document of(String contentType, byte[] body) {
        return new Document(contentType, body, hash(body));
    }

    /** 304 to those who have it already. */
    Response answer(Call call) {
        String tag = '"' + hash + '"';
        List<String> known = call.exchange().headers("if-none-match");
        boolean unchanged = known.stream().anyMatch(tags -> tags.contains(tag));
        // Also a 304 names the type: client-go takes it over for the copy that it keeps.
        Response.ResponseBuilder builder = unchanged ? Response.status(304) : Response.ok(body);
        return builder.header(BridgeTransport.EXACT_TYPE, contentType)
                .header("ETag", tag)
                .header("Vary", "Accept")
                .build();
    }

    private static String hash(byte[] body) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-512").digest(body);
            return HexFormat.of().formatHex(digest).toUpperCase(Locale.ROOT);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-512", e);
        }
    }
}

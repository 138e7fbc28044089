package io.felucca.apiserver.apiextensions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.Json;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class WebhookConversionTest {
    private static ObjectNode json(String text) {
        return Json.parseObject(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static ObjectNode boat() {
        return json(
                "{'apiVersion':'sea.example.com/v1','kind':'Boat','metadata':{'name':'dhow','uid':'u',"
                    + "'labels':{'a':'b'}},'spec':{'masts':2}}");
    }

    private static WebhookConversion conversion(UnaryOperator<byte[]> webhook) {
        return new WebhookConversion(
                Json.object(),
                () ->
                        config ->
                                (body, timeout) ->
                                        CompletableFuture.completedFuture(webhook.apply(body)));
    }

    /** Answers with this in place of RESPONSE's parts; {@code UID} stands for the request's. */
    private static WebhookConversion answering(String response) {
        return conversion(
                body -> {
                    ObjectNode review = Json.parseObject(body);
                    assertEquals("ConversionReview", review.path("kind").asText());
                    String uid = review.at("/request/uid").asText();
                    return Json.bytes(json("{'response':" + response.replace("UID", uid) + "}"));
                });
    }

    @Test
    void theWebhooksObjectIsTakenButForItsMetadata() {
        ObjectNode converted =
                answering(
                                "{'uid':'UID','result':{'status':'Success'},'convertedObjects':[{"
                                    + "'apiVersion':'sea.example.com/v2','kind':'Boat','metadata':"
                                    + "{'name':'other','labels':{'c':'d'}},'spec':{'poles':2}}]}")
                        .convert(boat(), "sea.example.com/v2");
        assertEquals(
                json(
                        "{'apiVersion':'sea.example.com/v2','kind':'Boat','metadata':{'name':'dhow',"
                            + "'uid':'u','labels':{'c':'d'}},'spec':{'poles':2}}"),
                converted);
    }

    @Test
    void anObjectOfTheVersionWantedIsNotSent() {
        WebhookConversion conversion =
                conversion(
                        body -> {
                            throw new AssertionError("nobody should be asked");
                        });
        assertEquals(boat(), conversion.convert(boat(), "sea.example.com/v1"));
    }

    @Test
    void aFailureNamesTheKindAndTheReason() {
        ApiException failure =
                assertThrows(
                        ApiException.class,
                        () ->
                                answering(
                                                "{'uid':'UID','result':{'status':'Failed','message':'no"
                                                    + " poles'}}")
                                        .convert(boat(), "sea.example.com/v2"));
        assertEquals(
                "conversion webhook for sea.example.com/v1, Kind=Boat failed: no poles",
                failure.getMessage());
        assertEquals(500, failure.status().code());
    }

    @Test
    void anAnswerToSomethingElseIsNotTaken() {
        String message =
                assertThrows(
                                ApiException.class,
                                () ->
                                        answering("{'uid':'x','result':{'status':'Success'}}")
                                                .convert(boat(), "sea.example.com/v2"))
                        .getMessage();
        assertTrue(message.contains("expected response.uid="), message);
    }

    @Test
    void anAnswerInAnotherVersionIsNotTaken() {
        String message =
                assertThrows(
                                ApiException.class,
                                () ->
                                        answering(
                                                        "{'uid':'UID','result':{'status':'Success'},"
                                                            + "'convertedObjects':[{'apiVersion':"
                                                            + "'sea.example.com/v1'}]}")
                                                .convert(boat(), "sea.example.com/v2"))
                        .getMessage();
        assertTrue(message.contains("expected sea.example.com/v2"), message);
    }
}

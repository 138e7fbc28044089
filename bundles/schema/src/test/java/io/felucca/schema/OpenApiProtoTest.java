package io.felucca.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class OpenApiProtoTest {

    @Test
    void documentsAreWrittenFieldByField() {
        byte[] bytes =
                OpenApiProto.encode(
                        BuiltIn.json(
                                "{'swagger':'2.0','info':{'title':'t'},'paths':{},'definitions':{'a':{'type':'object',"
                                    + "'default':{},'x-y':[1]}}}"));
        // Tags are field number times eight plus two; each is followed by a length.
        assertEquals(
                "0a03322e30" // 1 swagger: 2.0
                        + "12030a0174" // 2 info: title t
                        + "4200" // 8 paths: none
                        + "4a29" // 9 definitions
                        + "0a270a0161" // named a
                        + "1222"
                        + "2a0512037b7d0a" // 5 default: {}
                        + "b201080a066f626a656374" // 22 type: object
                        + "fa010d0a03782d79" // 31 extension: x-y
                        + "120612045b315d0a",
                HexFormat.of().formatHex(bytes));
    }

    @Test
    void unknownPlacesOfParametersAreRefused() {
        assertThrows(
                IllegalArgumentException.class,
                () ->
                        OpenApiProto.encode(
                                BuiltIn.json(
                                        "{'paths':{'/a':{'get':{'parameters':[{'in':'cookie'}]}}}}")));
    }
}

package io.felucca.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.Json;
import io.felucca.machinery.StatusReason;
import io.felucca.machinery.schema.Defaulter;
import io.felucca.machinery.schema.Schema;
import io.felucca.machinery.schema.SchemaValidator;
import io.felucca.machinery.schema.StrictDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever comes in, a body is decoded or refused; and what was decoded decodes to itself. */
final class DecoderFuzzTest {
    private static final Schema POD = BuiltIn.schema("v1", "Pod");
    private static final byte[] BODY =
            """
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"a","labels":{"x":"1"},
            "creationTimestamp":"2026-01-02T03:04:05Z"},"spec":{"containers":[{"name":"c",
            "image":"i","ports":[{"containerPort":80}],"resources":{"limits":{"cpu":"1500m"}},
            "livenessProbe":{"httpGet":{"port":"http"},"periodSeconds":3},"tty":true}],
            "tolerations":[{"key":"k","tolerationSeconds":null}]}}
            """
                    .getBytes(StandardCharsets.UTF_8);

    @Test
    void bodiesWithFlippedBytesAreDecodedOrRefused() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        String bytes = "{}[]\",:0123456789eE.-+ntf\\u \n\u0000ab\u00ff";
        for (int i = 0; i < 5000; i++) {
            byte[] body = BODY.clone();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                body[random.nextInt(body.length)] =
                        (byte) bytes.charAt(random.nextInt(bytes.length()));
            }
            check(body, "seed " + seed);
        }
    }

    private static void check(byte[] body, String why) {
        ObjectNode object;
        try {
            object = StrictDecoder.decode(body, POD, "Pod", "v1").object();
        } catch (ApiException e) {
            assertEquals(StatusReason.BadRequest, e.reason(), why);
            return;
        }
        StrictDecoder.Decoded again = StrictDecoder.decode(Json.bytes(object), POD, "Pod", "v1");
        assertEquals(object, again.object(), why);
        assertEquals(0, again.problems().size(), why);
        Defaulter.apply(object, POD);
        SchemaValidator.validate(object, POD);
    }

    @Test
    void cutBodiesAreRefused() {
        for (int length = 0; length < BODY.length - 2; length++) {
            byte[] body = java.util.Arrays.copyOf(BODY, length);
            assertThrows(ApiException.class, () -> StrictDecoder.decode(body, POD, "Pod", "v1"));
        }
    }
}

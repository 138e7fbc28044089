package io.felucca.api.authorization;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.Authorizer;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.Json;
import io.felucca.testing.ResourceFixture;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReviewsTest {
    private static final ApiRequest REQUEST =
            ApiRequest.of(
                    UserInfo.of("jane"),
                    "create",
                    new GroupVersionResource("authorization.k8s.io", "v1", "x"),
                    "default",
                    "");

    /** Jane may get pods, and nobody may do anything in secret. */
    private static final class Guard implements Authorizer {
        @Override
        public Decision authorize(Attributes asked) {
            if (asked.namespace().equals("secret")) {
                return new Decision(Verdict.DENY, "it is secret");
            }
            boolean mayGet = asked.user().name().equals("jane") && asked.verb().equals("get");
            return mayGet ? new Decision(Verdict.ALLOW, "jane gets") : Decision.NO_OPINION;
        }

        @Override
        public List<Rule> rulesFor(UserInfo user, String namespace) {
            return List.of(
                    new Rule(List.of("get"), List.of(""), List.of("pods"), List.of(), List.of()));
        }
    }

    private static ObjectNode body(String spec) {
        ObjectNode body = Json.object();
        ResourceFixture.put(body, "/spec", spec);
        return body;
    }

    private static String status(ObjectNode body) {
        return body.path("status").toString();
    }

    private static final List<Authorizer> GUARDS = List.of(new Guard());

    @Test
    void oneselfMayAskWhatOneMay() {
        ObjectNode body = body("{\"resourceAttributes\":{\"verb\":\"get\",\"resource\":\"pods\"}}");
        AccessReviews.self(REQUEST, body, GUARDS);
        assertEquals("{\"allowed\":true,\"reason\":\"jane gets\"}", status(body));
    }

    @Test
    void othersAreAskedForByName() {
        ObjectNode body =
                body(
                        "{\"user\":\"joe\",\"nonResourceAttributes\":{\"verb\":\"get\",\"path\":\"/x\"}}");
        AccessReviews.anybody(body, GUARDS);
        assertEquals("{\"allowed\":false}", status(body));
        ObjectNode denied =
                body(
                        "{\"user\":\"joe\",\"resourceAttributes\":{\"verb\":\"get\","
                                + "\"namespace\":\"secret\"}}");
        AccessReviews.anybody(denied, GUARDS);
        assertEquals(
                "{\"allowed\":false,\"denied\":true,\"reason\":\"it is secret\"}", status(denied));
    }

    @Test
    void aReviewAsksOneThingOfSomebody() {
        ApiException nothing =
                assertThrows(ApiException.class, () -> AccessReviews.anybody(body("{}"), GUARDS));
        assertEquals(
                "SubjectAccessReview.authorization.k8s.io \"\" is invalid: [spec.user: Invalid"
                        + " value: \"\": at least one of user or group must be specified,"
                        + " spec.resourceAttributes: Invalid value: null: exactly one of"
                        + " nonResourceAttributes or resourceAttributes must be specified]",
                nothing.getMessage());
        assertThrows(
                ApiException.class,
                () ->
                        AccessReviews.local(
                                REQUEST,
                                body(
                                        "{\"user\":\"joe\",\"resourceAttributes\":"
                                                + "{\"namespace\":\"other\"}}"),
                                GUARDS));
    }

    @Test
    void theRulesOfANamespaceAreListed() {
        ObjectNode body = body("{\"namespace\":\"default\"}");
        RulesReviews.run(REQUEST, body, GUARDS);
        assertEquals(
                "{\"resourceRules\":[{\"verbs\":[\"get\"],\"apiGroups\":[\"\"],\"resources\":[\"pods\"]}],"
                    + "\"nonResourceRules\":[],\"incomplete\":false}",
                status(body));
        assertThrows(ApiException.class, () -> RulesReviews.run(REQUEST, body("{}"), GUARDS));
    }
}

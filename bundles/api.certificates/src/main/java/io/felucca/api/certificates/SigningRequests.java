package io.felucca.api.certificates;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.api.validation.Ages;
import io.felucca.api.validation.Field;
import io.felucca.apiserver.api.Column;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.ResourceDefinition.Verb;
import io.felucca.apiserver.api.SelectableField;
import io.felucca.apiserver.api.Strategy;
import io.felucca.apiserver.api.Subresource;
import io.felucca.machinery.FieldError;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.NameRules;
import io.felucca.schema.Schemas;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** {@code certificatesigningrequests} with approval and status. */
final class SigningRequests implements Strategy {
    static final String PLURAL = "certificatesigningrequests";

    private static final String KIND = "CertificateSigningRequest";
    private static final String PEM_BEGIN = "-----BEGIN CERTIFICATE REQUEST-----";
    private static final int LEAST_SECONDS = 600;
    private static final int MAX_SIGNER_NAME = 571;

    static ResourceDefinition definition() {
        GroupVersionKind kind = new GroupVersionKind("certificates.k8s.io", "v1", KIND);
        return CertificatesGroup.resource("v1", KIND, PLURAL)
                .clusterScoped()
                .shortNames("csr")
                .strategy(new SigningRequests())
                .subresource(part("approval", kind, new ConditionsView(true)))
                .subresource(part("status", kind, new ConditionsView(false)))
                .selectableFields(SelectableField.at("spec.signerName"))
                .columns(
                        Column.AGE,
                        Column.string("SignerName", csr -> csr.at("/spec/signerName").asText()),
                        Column.string("Requestor", csr -> csr.at("/spec/username").asText()),
                        Column.string("RequestedDuration", SigningRequests::duration),
                        Column.string("Condition", SigningRequests::condition))
                .build();
    }

    private static Subresource part(String name, GroupVersionKind kind, Subresource.View view) {
        return new Subresource(
                name, kind, Schemas.of(kind), Set.of(Verb.GET, Verb.PATCH, Verb.UPDATE), view);
    }

    private static Object duration(JsonNode csr) {
        JsonNode seconds = csr.at("/spec/expirationSeconds");
        return seconds.isNumber() ? Ages.human(Duration.ofSeconds(seconds.asLong())) : "<none>";
    }

    private static Object condition(JsonNode csr) {
        List<String> words = new ArrayList<>();
        boolean decided = false;
        for (JsonNode condition : csr.at("/status/conditions")) {
            String type = condition.path("type").asText();
            decided |= type.equals("Approved") || type.equals("Denied");
            words.add(type);
        }
        if (!decided) {
            words.add(0, "Pending");
        }
        if (!csr.at("/status/certificate").asText("").isEmpty()) {
            words.add("Issued");
        }
        return String.join(",", words);
    }

    /** The request is what it is: only labels and annotations may change. */
    @Override
    public void prepareForUpdate(ObjectNode object, ObjectNode old) {
        object.set("spec", old.path("spec").deepCopy());
    }

    @Override
    public boolean tracksGeneration(ObjectNode object) {
        return false;
    }

    @Override
    public List<FieldError> validate(ObjectNode object) {
        Field spec = Field.root(object).at("spec");
        request(spec.at("request"));
        usages(spec.at("usages"));
        signerName(spec.at("signerName"));
        Field seconds = spec.at("expirationSeconds");
        if (seconds.present() && seconds.number() < LEAST_SECONDS) {
            seconds.invalid("may not specify a duration less than 600 seconds (10 minutes)");
        }
        return spec.problems();
    }

    private static void request(Field request) {
        try {
            byte[] pem = Base64.getMimeDecoder().decode(request.text());
            if (!new String(pem, StandardCharsets.US_ASCII).strip().startsWith(PEM_BEGIN)) {
                request.invalid("PEM block type must be CERTIFICATE REQUEST");
            }
        } catch (IllegalArgumentException e) {
            request.invalid("PEM block type must be CERTIFICATE REQUEST");
        }
    }

    private static void usages(Field usages) {
        if (!usages.filled()) {
            usages.required("usages is required");
        }
        Set<String> seen = new HashSet<>();
        for (Field usage : usages.items()) {
            if (!seen.add(usage.text())) {
                usage.duplicate();
            }
        }
    }

    private static void signerName(Field name) {
        if (!name.require()) {
            return;
        }
        String text = name.text();
        int slash = text.indexOf('/');
        if (text.length() > MAX_SIGNER_NAME) {
            name.tooLong(MAX_SIGNER_NAME);
        }
        if (slash < 0) {
            name.invalid(
                    "must be a fully qualified domain and path of the form"
                            + " 'example.com/signer-name'");
            return;
        }
        if (text.equals("kubernetes.io/legacy-unknown")) {
            name.invalid("the legacy signerName is not allowed via this API version");
        }
        String domain = text.substring(0, slash);
        NameRules.dnsSubdomain(domain).forEach(name::invalid);
        if (!domain.contains(".")) {
            name.invalid("should be a domain with at least two segments separated by dots");
        }
        NameRules.dnsSubdomain(text.substring(slash + 1)).forEach(name::invalid);
    }
}

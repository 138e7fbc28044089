package io.felucca.apiserver.cel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.FieldError;
import io.felucca.machinery.Json;
import io.felucca.machinery.schema.Schema;
import io.felucca.machinery.schema.StructuralSchemas;
import io.felucca.machinery.schema.Yaml;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CelRulesTest {
    private final CelRules rules = new CelRules();

    private static ObjectNode tree(String yaml) {
        return Json.parseObject(Yaml.toJson(yaml.getBytes(StandardCharsets.UTF_8)));
    }

    /** A boat whose specification has these rules. */
    private static Schema boat(String... specRules) {
        ObjectNode schema =
                tree(
                        """
                        type: object
                        properties:
                          spec:
                            type: object
                            properties:
                              name: {type: string, maxLength: 64}
                              masts: {type: integer}
                              sails: {type: integer}
                              built: {type: string, format: date-time}
                              watch: {type: string, format: duration}
                              size: {x-kubernetes-int-or-string: true}
                              ports: {type: array, maxItems: 64, items: {type: string, maxLength: 64}}
                              labels:
                                type: object
                                maxProperties: 16
                                additionalProperties: {type: string, maxLength: 64}
                              crew:
                                type: array
                                maxItems: 64
                                x-kubernetes-list-type: map
                                x-kubernetes-list-map-keys: [name]
                                items:
                                  type: object
                                  required: [name]
                                  properties:
                                    name: {type: string, maxLength: 64}
                                    rank: {type: string, maxLength: 64}
                                    first-mate: {type: boolean}
                                  x-kubernetes-validations:
                                  - rule: "!has(self.rank) || !has(oldSelf.rank) || self.rank == oldSelf.rank"
                                    message: a rank stays
                        """);
        ObjectNode spec = (ObjectNode) schema.at("/properties/spec");
        for (String rule : specRules) {
            spec.withArray("x-kubernetes-validations").add(tree(rule));
        }
        return StructuralSchemas.read(schema, Schema.ANY);
    }

    private List<String> broken(String rule, String spec) {
        return broken(rule, spec, null);
    }

    private List<String> broken(String rule, String spec, String oldSpec) {
        Schema schema = boat(rule);
        assertEquals(List.of(), texts(rules.check(schema, "schema")), "the rule itself");
        return texts(
                rules.compile(schema)
                        .validate(
                                tree("{spec: " + spec + "}"),
                                oldSpec == null ? null : tree("{spec: " + oldSpec + "}")));
    }

    private static List<String> texts(List<FieldError> errors) {
        return errors.stream().map(FieldError::toString).toList();
    }

    private static String rule(String expression) {
        return Json.object().put("rule", expression).toString();
    }

    @Test
    void aBrokenRuleSaysItsMessage() {
        String rule = "{rule: self.masts <= self.sails, message: each mast has a sail}";
        assertEquals(List.of(), broken(rule, "{masts: 2, sails: 2}"));
        assertEquals(
                List.of("spec: Invalid value: \"object\": each mast has a sail"),
                broken(rule, "{masts: 3, sails: 2}"));
        assertEquals(
                List.of("spec: Invalid value: \"object\": failed rule: self.masts == 1"),
                broken("{rule: self.masts == 1}", "{masts: 3}"));
    }

    @Test
    void messageReasonAndFieldComeFromTheRule() {
        assertEquals(
                List.of("spec.masts: Forbidden: 3 masts are too many"),
                broken(
                        "{rule: self.masts < 3, messageExpression: \"string(self.masts) + ' masts"
                            + " are too many'\", reason: FieldValueForbidden, fieldPath: .masts}",
                        "{masts: 3}"));
    }

    @Test
    void aTransitionRuleRunsOnlyOnAChange() {
        String rule = "{rule: self.name == oldSelf.name, message: a name stays}";
        assertEquals(List.of(), broken(rule, "{name: a}"));
        assertEquals(List.of(), broken(rule, "{name: a}", "{name: a}"));
        assertEquals(
                List.of("spec: Invalid value: \"object\": a name stays"),
                broken(rule, "{name: b}", "{name: a}"));
    }

    @Test
    void anOptionalOldSelfIsThereAtCreationToo() {
        String rule =
                "{rule: 'oldSelf.hasValue() || self.masts == 1', optionalOldSelf: true, message:"
                        + " begin small}";
        assertEquals(
                List.of("spec: Invalid value: \"object\": begin small"),
                broken(rule, "{masts: 2}"));
        assertEquals(List.of(), broken(rule, "{masts: 2}", "{masts: 1}"));
    }

    @Test
    void elementsOfAMapListAreComparedWithThoseOfTheirKey() {
        assertEquals(
                List.of("spec.crew[0]: Invalid value: \"object\": a rank stays"),
                broken(
                        rule("true"),
                        "{crew: [{name: b, rank: mate}, {name: a, rank: cook}]}",
                        "{crew: [{name: a, rank: cook}, {name: b, rank: cook}]}"));
    }

    @Test
    void whatWasBrokenBeforeAndDidNotChangeIsTolerated() {
        String rule = "{rule: self.masts == 1}";
        assertEquals(List.of(), broken(rule, "{masts: 3}", "{masts: 3}"));
        assertEquals(1, broken(rule, "{masts: 4}", "{masts: 3}").size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "self.crew.exists(c, c.__dash__x || true) || true",
                "self.nothing == 1",
                "self.masts == 'one'",
                "self.masts +",
                "oldSelf.hasValue()",
                "self.masts",
            })
    void whatCanNotBeCompiledIsRefusedWithItsPlace(String expression) {
        List<FieldError> wrong = rules.check(boat(rule(expression)), "schema");
        assertEquals(1, wrong.size(), wrong::toString);
        assertEquals(
                "schema.properties[spec].x-kubernetes-validations[0].rule", wrong.get(0).field());
        assertTrue(wrong.get(0).detail().startsWith("compilation failed: "), wrong::toString);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            textBlock =
                    """
                    self.name.matches('^[a-z]+$') && self.name.size() == 4
                    self.name.find('h.') == 'ho' && 'a1b2'.findAll('[0-9]') == ['1', '2'] && 'a1b2'.findAll('[0-9]', 1) == ['1']
                    self.ports.isSorted() && self.ports.indexOf('b') == 1 && [1, 3, 2].max() == 3 && [1, 2].sum() == 3 && [2.5, 1.5].min() == 1.5
                    self.ports.all(p, p in ['a', 'b']) && self.ports.exists_one(p, p == 'a') && self.ports.map(p, p + p) == ['aa', 'bb']
                    isURL('https://a.example:80/x?y=1') && url('https://a.example:80/x?y=1').getHost() == 'a.example:80' && url('https://a.example:80/x?y=1&y=2').getQuery()['y'] == ['1', '2']
                    isIP('10.0.0.1') && !isIP('10.0.0.256') && ip('::1').isLoopback() && ip('10.0.0.1').family() == 4 && string(ip('2001:0db8::0001')) == '2001:db8::1'
                    isCIDR('10.0.0.0/8') && cidr('10.0.0.0/8').containsIP('10.9.9.9') && !cidr('10.0.0.0/8').containsIP(ip('11.0.0.1')) && cidr('10.0.0.0/8').containsCIDR('10.1.0.0/16') && cidr('10.1.2.3/8').masked().ip() == ip('10.0.0.0') && cidr('10.0.0.0/8').prefixLength() == 8
                    isQuantity('1.5Gi') && quantity('1500m').compareTo(quantity('1.5')) == 0 && quantity('1Ki').isGreaterThan(quantity('1k')) && quantity('2').asInteger() == 2 && quantity('1').add(quantity('500m')) == quantity('1.5')
                    !format.dns1123Label().validate('dhow').hasValue() && format.named('dns1123Label').value().validate('Dhow').hasValue()
                    isSemver('1.2.3-rc.1') && semver('1.2.3-rc.1').isLessThan(semver('1.2.3')) && semver('2.0.0').major() == 2
                    self.built < timestamp('2030-01-01T00:00:00Z') && self.watch == duration('1h30m') && self.built.getFullYear() == 2020
                    type(self.size) == int ? self.size > 1 : self.size == 'big'
                    self.labels.all(k, k.startsWith('l')) && self.labels['l1'] == 'x' && self.labels.exists(k, v, v == 'x')
                    self.crew[0].first__dash__mate && !has(self.crew[0].rank) && self.crew[0].?rank.orValue('none') == 'none'
                    sets.contains(self.ports, ['a']) && self.name.upperAscii() == 'DHOW' && 'a,b'.split(',') == self.ports && self.ports.join('-') == 'a-b'
                    cel.bind == 1 || true
                    """)
    void kubernetesFunctionsWork(String expression) {
        if (expression.startsWith("cel.bind")) {
            // A name that is no function here, to show that the others are.
            assertEquals(1, rules.check(boat(rule(expression)), "schema").size());
            return;
        }
        assertEquals(
                List.of(),
                broken(
                        rule(expression),
                        "{name: dhow, ports: [a, b], size: 3, built: '2020-05-01T00:00:00Z',"
                                + " watch: 1h30m, labels: {l1: x}, crew: [{name: ann, first-mate:"
                                + " true}]}"));
    }

    @Test
    void aFailingEvaluationIsReported() {
        List<String> wrong = broken(rule("self.name == 'a'"), "{masts: 1}");
        assertEquals(1, wrong.size());
        assertTrue(wrong.get(0).endsWith("evaluating rule: self.name == 'a'"), wrong::toString);
    }

    @Test
    void anUnboundedLoopWithinALoopIsRefusedWithTheDefinition() {
        Schema schema =
                StructuralSchemas.read(
                        tree(
                                """
                                type: object
                                properties:
                                  list:
                                    type: array
                                    items: {type: string}
                                    x-kubernetes-validations:
                                    - rule: self.all(x, self.all(y, x == y))
                                """),
                        Schema.ANY);
        List<FieldError> wrong = rules.check(schema, "schema");
        assertTrue(
                wrong.get(0)
                        .toString()
                        .startsWith(
                                "schema.properties[list].x-kubernetes-validations[0].rule:"
                                    + " Forbidden: estimated rule cost exceeds budget by factor of"
                                    + " more than 100x (try simplifying the rule, or adding"
                                    + " maxItems"),
                wrong::toString);
    }

    @Test
    void anExpressionThatExplodesIsStopped() {
        StringBuilder ports = new StringBuilder("[");
        for (int i = 0; i < 64; i++) {
            ports.append(i == 0 ? "" : ",").append("p").append(i);
        }
        String spec = "{name: dhow, ports: " + ports + "]}";
        Schema schema =
                boat(
                        rule(
                                "self.ports.all(a, self.ports.all(b, self.ports.all(c,"
                                        + " self.ports.all(d, a + b + c + d != ''))))"));
        long before = System.nanoTime();
        List<String> wrong =
                texts(rules.compile(schema).validate(tree("{spec: " + spec + "}"), null));
        assertEquals(1, wrong.size());
        assertTrue(wrong.get(0).contains("call cost exceeds limit for rule: "), wrong::toString);
        long millis = (System.nanoTime() - before) / 1_000_000;
        assertTrue(millis < 20_000, millis + " ms");
    }

    @Test
    void transitionRulesAreRefusedWhereTheOldValueIsUnknown() {
        Schema schema =
                StructuralSchemas.read(
                        tree(
                                """
                                type: object
                                properties:
                                  list:
                                    type: array
                                    maxItems: 4
                                    items:
                                      type: string
                                      maxLength: 10
                                      x-kubernetes-validations: [{rule: self == oldSelf}]
                                """),
                        Schema.ANY);
        List<FieldError> wrong = rules.check(schema, "schema");
        assertEquals(1, wrong.size(), wrong::toString);
        assertTrue(
                wrong.get(0).detail().startsWith("oldSelf cannot be used on the uncorrelatable"),
                wrong::toString);
    }
}

package io.felucca.apiserver.apiextensions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.Json;
import io.felucca.testing.FakeClock;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class NamingTest {
    private static final String NAMES =
            "{'plural':'boats','singular':'boat','kind':'Boat','listKind':'BoatList',"
                    + "'shortNames':['bt'],'categories':['all']}";

    private static ObjectNode json(String text) {
        return Json.parseObject(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static ObjectNode crd(String names) {
        return json("{'spec':{'names':" + names + "}}");
    }

    private static Naming naming(ObjectNode crd, String... others) {
        return Naming.of(crd, List.<JsonNode>copyOf(texts(others)), false);
    }

    private static List<ObjectNode> texts(String... others) {
        return java.util.Arrays.stream(others).map(NamingTest::json).toList();
    }

    @Test
    void namesThatAreFreeAreAcceptedAndEstablishTheDefinition() {
        Naming naming = naming(crd(NAMES), "{'plural':'ships','kind':'Ship'}");
        assertTrue(naming.serves());
        assertEquals("NoConflicts", naming.accepted().reason());
        assertEquals("InitialNamesAccepted", naming.established().reason());
        assertEquals("[\"bt\"]", naming.names().get("shortNames").toString());
    }

    @Test
    void aNameThatIsTakenIsNotAcceptedButTheOthersAre() {
        Naming naming = naming(crd(NAMES), "{'plural':'batons','shortNames':['bt'],'kind':'Bat'}");
        assertFalse(naming.serves());
        assertEquals("ShortNamesConflict", naming.accepted().reason());
        assertEquals("\"bt\" is already in use", naming.accepted().message());
        assertEquals("not all names are accepted", naming.established().message());
        assertEquals("boats", naming.names().get("plural").asText());
        assertFalse(naming.names().has("shortNames"));
    }

    @Test
    void whatIsEstablishedStaysSoWithTheNamesItHad() {
        FakeClock clock = new FakeClock();
        ObjectNode crd = crd(NAMES);
        Naming first = naming(crd);
        crd.putObject("status").set("acceptedNames", first.names());
        Conditions.set(crd, first.accepted(), clock);
        Conditions.set(crd, first.established(), clock);
        assertTrue(first.isIn(crd));
        crd.withObject("/spec/names").put("kind", "Ship");
        Naming second = naming(crd, "{'plural':'ships','kind':'Ship'}");
        assertTrue(second.serves());
        assertEquals("KindConflict", second.accepted().reason());
        assertEquals("Boat", second.names().get("kind").asText());
        assertFalse(second.isIn(crd));
    }

    @Test
    void aGroupOfTheServerItselfIsNotTaken() {
        Naming naming = Naming.of(crd(NAMES), List.of(), true);
        assertFalse(naming.serves());
        assertEquals("GroupReserved", naming.accepted().reason());
    }
}

package io.felucca.api.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.machinery.Json;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodCellsTest {
    private static final String SPEC =
            "{\"metadata\":{},\"spec\":{\"containers\":[{\"name\":\"a\"},{\"name\":\"b\"}],"
                    + "\"initContainers\":[{\"name\":\"i\"}]},\"status\":%s}";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            textBlock =
                    """
                    {'phase':'Pending'} | 0/2 Pending 0
                    {'phase':'Pending','conditions':[{'type':'PodScheduled','status':'False','reason':'SchedulingGated'}]} | 0/2 SchedulingGated 0
                    {'phase':'Pending','initContainerStatuses':[{'name':'i','state':{'running':{}}}]} | 0/2 Init:0/1 0
                    {'phase':'Pending','initContainerStatuses':[{'name':'i','restartCount':2,'state':{'waiting':{'reason':'CrashLoopBackOff'}}}]} | 0/2 Init:CrashLoopBackOff 2
                    {'phase':'Pending','initContainerStatuses':[{'name':'i','state':{'terminated':{'exitCode':3}}}]} | 0/2 Init:ExitCode:3 0
                    {'phase':'Pending','initContainerStatuses':[{'name':'i','state':{'terminated':{'exitCode':0}}}],'containerStatuses':[{'name':'a','state':{'waiting':{'reason':'PodInitializing'}}}]} | 0/2 PodInitializing 0
                    {'phase':'Running','containerStatuses':[{'name':'a','ready':true,'state':{'running':{}}},{'name':'b','ready':true,'state':{'running':{}}}]} | 2/2 Running 0
                    {'phase':'Running','containerStatuses':[{'name':'a','ready':true,'state':{'running':{}}},{'name':'b','restartCount':3,'state':{'waiting':{'reason':'CrashLoopBackOff'}},'lastState':{'terminated':{'finishedAt':'2030-01-01T11:58:00Z'}}}]} | 1/2 CrashLoopBackOff 3 (2m ago)
                    {'phase':'Succeeded','containerStatuses':[{'name':'a','state':{'terminated':{'reason':'Completed'}}},{'name':'b','state':{'terminated':{'reason':'Completed'}}}]} | 0/2 Completed 0
                    {'phase':'Running','conditions':[{'type':'Ready','status':'False'}],'containerStatuses':[{'name':'a','state':{'terminated':{'reason':'Completed'}}},{'name':'b','ready':true,'state':{'running':{}}}]} | 1/2 NotReady 0
                    {'phase':'Failed','reason':'Evicted'} | 0/2 Evicted 0
                    {'phase':'Failed','containerStatuses':[{'name':'a','state':{'terminated':{'signal':9}}}]} | 0/2 Signal:9 0
                    """)
    void theCellsSayWhatThePodDoes(String status, String expected) {
        PodCells cells = PodCells.of(pod(status), CoreFixture.CLOCK);
        assertEquals(
                expected,
                cells.ready()
                        + "/"
                        + cells.total()
                        + " "
                        + cells.status()
                        + " "
                        + cells.restarts());
    }

    private static ObjectNode pod(String status) {
        String json = SPEC.formatted(status.replace('\'', '"'));
        return Json.parseObject(json.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource({"Running,Terminating", "Succeeded,Succeeded", "Failed,Failed"})
    void aDeletedPodIsTerminatingUnlessItHasFinished(String phase, String expected) {
        ObjectNode pod = pod("{'phase':'" + phase + "'}");
        ((ObjectNode) pod.get("metadata")).put("deletionTimestamp", "2030-01-01T11:58:00Z");
        assertEquals(expected, PodCells.of(pod, CoreFixture.CLOCK).status());
    }
}

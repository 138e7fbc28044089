package io.felucca.itests.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A namespace of the run's own, with a service account as pods need it, and calls one at a time.
 */
final class Workspace {
    private final Endpoint server;
    private final String namespace = "bench-" + ProcessHandle.current().pid();

    Workspace(Endpoint server) {
        this.server = server;
    }

    void make() {
        send("POST", "/api/v1/namespaces", json("{'metadata':{'name':'" + namespace + "'}}"));
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        String account = path() + "/serviceaccounts/default";
        while (call("GET", account, null).await() != 200) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(namespace + " got no service account");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    void delete() {
        send("DELETE", path(), null);
    }

    String path() {
        return "/api/v1/namespaces/" + namespace;
    }

    String pods() {
        return path() + "/pods";
    }

    String pod(int number) {
        return pods() + "/pod-" + number;
    }

    /** As long as they usually are. No scheduler takes it, so no kubelet tries to run it. */
    byte[] podBody(int number) {
        return json(
                "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'pod-"
                        + number
                        + "','namespace':'"
                        + namespace
                        + "','labels':{'app':'bench','pod-template-hash':'5d78c9869d','number':'"
                        + number
                        + "'},'annotations':{'bench.felucca.io/purpose':'to be created and read"
                        + " many times'}},'spec':{'schedulerName':'nobody','containers':[{'name':"
                        + "'web','image':'registry.example/bench/web:1.2.3','ports':"
                        + "[{'containerPort':8080,'name':'http'}],'env':[{'name':'A','value':'1'},"
                        + "{'name':'B','value':'2'}],'resources':{'requests':{'cpu':'100m',"
                        + "'memory':'128Mi'},'limits':{'memory':'256Mi'}},'livenessProbe':{"
                        + "'httpGet':{'path':'/healthz','port':8080}},'volumeMounts':[{'name':"
                        + "'data','mountPath':'/data'}]}],'volumes':[{'name':'data','emptyDir':"
                        + "{}}]}}");
    }

    static byte[] json(String text) {
        return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    byte[] fetch(String path) {
        return exchange("GET", path, null, 200).bytes();
    }

    void send(String method, String path, byte[] body) {
        exchange(method, path, body, method.equals("POST") ? 201 : 200);
    }

    private Answer exchange(String method, String path, byte[] body, int wanted) {
        Answer answer = call(method, path, body);
        if (answer.await() != wanted) {
            throw new IllegalStateException(
                    method + " " + path + ": " + answer.await() + " " + answer.text());
        }
        return answer;
    }

    private Answer call(String method, String path, byte[] body) {
        List<Connection> connections = server.connect(1);
        Answer answer = new Answer();
        connections.get(0).send(method, path, body, answer);
        answer.await();
        connections.get(0).close();
        return answer;
    }
}

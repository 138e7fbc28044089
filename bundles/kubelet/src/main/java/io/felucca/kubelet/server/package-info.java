/** The agent's own HTTP interface: logs, exec, attach, port-forward, stats. */
package io.felucca.kubelet.server;

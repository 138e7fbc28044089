/** Karaf shell commands: what the process is made of, and the swap of a part while it runs. */
package io.felucca.shell;

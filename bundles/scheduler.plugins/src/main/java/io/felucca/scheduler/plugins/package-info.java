/** The plugins of the default profile, each a service of its own. */
package io.felucca.scheduler.plugins;

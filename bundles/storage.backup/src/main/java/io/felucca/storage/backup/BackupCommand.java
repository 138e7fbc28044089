package io.felucca.storage.backup;

import io.felucca.storage.api.Store;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/** Writes a snapshot of the running store; './felucca backup' adds the cluster's keys to it. */
@Service
@Command(
        scope = "felucca",
        name = "store-snapshot",
        description = "Writes all that the store holds at one revision to a new file")
public final class BackupCommand implements Action {
    @Reference private Session session;

    @Reference private BundleContext context;

    @Argument(index = 0, name = "file", description = "which is not there yet", required = true)
    private String file;

    @Override
    public Object execute() throws IOException, InvalidSyntaxException {
        // What is encrypted stays so: not the store that opens it. Karaf's own references can't
        // say.
        for (ServiceReference<Store> one :
                context.getServiceReferences(Store.class, "(!(store.encrypted=true))")) {
            Store store = context.getService(one);
            if (store != null) {
                session.getConsole().println(Snapshot.write(store, Path.of(file)));
                return null;
            }
        }
        throw new IllegalStateException("there is no store at the moment");
    }
}

package io.felucca.shell;

import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.table.ShellTable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;

/** Lists the parts, and which of them can be swapped. */
@Service
@Command(
        scope = "felucca",
        name = "parts",
        description = "Lists the parts of this process, and which of them can be swapped")
public final class PartsCommand implements Action {
    @Reference private Session session;

    @Override
    public Object execute() {
        BundleContext context = FrameworkUtil.getBundle(PartsCommand.class).getBundleContext();
        ShellTable table = new ShellTable();
        table.column("Part");
        table.column("Version");
        table.column("State");
        table.column("Swap");
        for (Part part : Part.all(context)) {
            table.addRow()
                    .addContent(
                            part.name(),
                            part.version(),
                            part.state(),
                            part.isShared() ? "no: others share its classes" : "yes");
        }
        table.print(session.getConsole());
        return null;
    }
}

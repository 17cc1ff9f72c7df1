package plugins.headerrules;

import java.util.Optional;
import mta.plugins.api.mail.Header;

/**
 * A rule applies.
 *
 * @param index of the field among all; empty for one that is absent
 * @param nth of the fields of its name, from 0
 * @param text what the rule says, filled in
 */
record Hit(Rule rule, Optional<Integer> index, Optional<Header> field, int nth, String text) {}

package mta.plugins.api.policy;

import java.util.List;
import mta.plugins.api.Address;

/** Who gets mail for an address; an empty list as answer: nobody, on purpose. */
public record AliasFor(Address address) implements Query<List<Address>> {}

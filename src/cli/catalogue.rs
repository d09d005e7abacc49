//! `breakapart catalogue`.

use clap::Args;

use super::{Failure, options::BuildArg};
use breakapart_core::{catalogue, genome::Build};

/// Arguments of `catalogue`.
#[derive(Debug, Args)]
pub(super) struct CatalogueArgs {
    /// Gene, by current or former symbol; all partners where not given
    gene: Option<String>,
    /// Build of the coordinates shown
    #[arg(long, value_enum, default_value = "GRCh38")]
    build: BuildArg,
}

/// Shows the catalogue.
pub(super) fn run(args: &CatalogueArgs) -> Result<(), Failure> {
    let build: Build = args.build.build();
    let text = catalogue::show(args.gene.as_deref(), build).map_err(Failure::input)?;
    super::print(&text)
}

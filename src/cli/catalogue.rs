//! `breakapart catalogue`.

use clap::Args;

use super::{Failure, options};
use breakapart_core::{catalogue, genome::Build};

/// Arguments of `catalogue`.
#[derive(Debug, Args)]
pub(super) struct CatalogueArgs {
    /// Gene, by current or former symbol; default: all partners
    gene: Option<String>,
    /// Build of the coordinates shown
    #[arg(long, value_parser = options::build(), default_value = "GRCh38")]
    build: Build,
}

/// Shows the catalogue.
pub(super) fn run(args: &CatalogueArgs) -> Result<(), Failure> {
    let text = catalogue::show(args.gene.as_deref(), args.build).map_err(Failure::input)?;
    super::print(&text)
}

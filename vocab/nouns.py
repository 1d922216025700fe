#!/usr/bin/env python3
"""Makes nouns.tsv: everyday nouns, and the drawn word (and drawing) that stands for each.

    python3 vocab/nouns.py /usr/share/wordnet > vocab/nouns.tsv

A noun gets the nearest hand-chosen root among the hypernyms of its first senses in WordNet 3.0 (Debian package wordnet-base); words that WordNet
misses or puts elsewhere are listed by hand. Only nouns that are frequent enough in WordNet's own counts, or lie near a root, are written.
"""

import json
import sys
from collections import deque
from pathlib import Path

# Sense of WordNet ("lemma.number") -> drawn word, and the drawing or other attribute after a colon. The nearest root wins; "-" ends the search.
ROOTS = """
person.1 person; man.1 man; woman.1 woman; male_child.1 boy; female_child.1 girl; child.1 boy; baby.1 boy; male.2 man; female.2 woman;
husband.1 man; wife.1 woman; father.1 man; mother.1 woman; son.1 boy; daughter.1 girl; king.1 man; queen.2 woman; prince.1 man; princess.1 woman;
sister.1 girl; brother.1 boy; uncle.1 man; aunt.1 woman; grandfather.1 man; grandmother.1 woman; nurse.1 woman; farmer.1 man; fisherman.1 man;
soldier.1 man; policeman.1 man; sailor.1 man; priest.1 man; monk.1 man; nun.1 woman; actress.1 woman; waitress.1 woman; dancer.2 woman;
cowboy.1 man; knight.1 man; shepherd.1 man; worker.1 man; clown.2 man; pirate.2 man; witch.1 woman; bride.1 woman; groom.1 man; teenager.1 boy;
mermaid.1 woman; angel.1 woman; fairy.1 girl; wizard.2 man; gnome.1 man;
dog.1 dog; canine.2 dog; wolf.1 dog; fox.1 fox; poodle.1 dog:poodle; dachshund.1 dog:dachshund; retriever.1 dog:retriever; spaniel.1 dog:retriever;
shepherd_dog.1 dog:shepherd; domestic_cat.1 cat; feline.1 cat; big_cat.1 lion; lioness.1 lion:lioness; bear.1 bear; giant_panda.1 bear; ice_bear.1 bear:polar;
horse.1 horse; equine.1 horse; pony.1 horse:pony; foal.1 horse:pony; zebra.1 zebra; bovine.1 cow; cattle.1 cow; calf.1 cow:calf; highland.1 -;
sheep.1 sheep; lamb.1 sheep; ram.5 sheep:ram; goat.1 goat; kid.5 goat:kid; deer.1 deer; doe.2 deer:doe; stag.1 deer:stag; antelope.1 deer;
camel.1 horse; llama.1 sheep; giraffe.1 giraffe; elephant.1 elephant; rhinoceros.1 elephant; hippopotamus.1 elephant; swine.1 pig; piglet.1 pig:piglet;
leporid.1 rabbit; rodent.1 rabbit; marsupial.1 rabbit; koala.1 bear; ape.1 bear; monkey.1 bear; whale.2 dolphin; dolphin.2 dolphin; cetacean.1 dolphin; seal.9 dolphin;
bird.1 bird; robin.1 bird:robin; chicken.2 chicken; hen.1 chicken:hen; cock.4 chicken:rooster; chick.1 chicken:chick; gallinaceous_bird.1 chicken; turkey.1 chicken;
duck.1 duck; duckling.1 duck:duckling; goose.1 duck; swan.1 duck; mallard.1 duck:mallard; gull.2 seagull; seabird.1 seagull; penguin.1 penguin; bat.1 bird;
fish.1 fish; goldfish.1 fish; insect.1 butterfly; butterfly.1 butterfly; moth.1 butterfly; bee.1 butterfly; ungulate.1 deer; carnivore.1 dog; weasel.2 fox; raccoon.2 fox; badger.2 fox;
otter.2 dolphin; squirrel.1 rabbit; reptile.1 -; amphibian.3 -; arachnid.1 -; crustacean.1 -; dinosaur.1 giraffe; dragon.1 -;
tree.1 tree; conifer.1 pine; gymnospermous_tree.1 pine; palm.3 palm; oak.2 tree:oak; birch.3 tree:birch; poplar.2 tree:poplar; fruit_tree.1 tree:blossom; cherry.2 tree:blossom;
shrub.1 bush; hedge.1 bush:hedge; flower.1 flower; flower.2 flower; tulip.1 flower:tulip; daisy.1 flower:daisy; rose.1 flower:rose; bellflower.1 flower:bell; sunflower.1 sunflower; lily.1 flower:bell; poppy.1 flower; orchid.1 flower;
herb.1 plant; plant.2 plant; vine.1 bush; fern.1 plant:fern; cactus.1 cactus; fungus.1 mushroom; mushroom.2 mushroom; mushroom.5 mushroom; toadstool.1 mushroom:toadstool; gramineous_plant.1 grass; cereal.1 field; crop.1 field;
weed.1 grass; reed.1 grass; moss.1 grass; leaf.1 plant; log.1 stump; stump.1 stump; trunk.1 stump; branch.2 tree; wood.2 forest;
edible_fruit.1 apple; apple.1 apple; citrus.1 orange; orange.1 orange; banana.2 banana; vegetable.1 carrot; cruciferous_vegetable.1 broccoli; broccoli.2 broccoli; carrot.3 carrot; solanaceous_vegetable.1 apple; melon.1 apple; pumpkin.2 orange; salad_green.1 broccoli; lettuce.3 broccoli; cabbage.1 broccoli;
bread.1 cake; cake.3 cake; pastry.1 cake; pastry.2 cake; dessert.1 cake; cupcake.1 cake:cupcake; baked_goods.1 cake; pie.1 cake; cookie.1 cake; candy.1 cake; pizza.1 pizza; dish.2 pizza; meat.1 pizza; sandwich.1 pizza; cheese.1 pizza; egg.2 apple; food.1 pizza; food.2 pizza; nutriment.1 pizza; meal.1 plate;
soup.1 bowl; salad.1 bowl:salad; beverage.1 glass; wine.1 glass:wine; coffee.1 cup; tea.1 cup:teacup; beer.1 glass:tumbler; cocktail.1 glass:straw; juice.1 glass:straw; milk.1 glass; alcohol.1 bottle;
car.1 car; motor_vehicle.1 car; cab.3 car:sedan; sports_car.1 car:sports; convertible.1 car:sports; sedan.1 car:sedan; limousine.1 car:sedan; hatchback.1 car:hatchback; pickup.1 car:pickup; jeep.1 car;
truck.1 truck; van.5 truck; trailer.4 truck; ambulance.1 truck; fire_engine.1 truck; lorry.2 truck; bus.1 bus; school_bus.1 bus:school; motorcycle.1 motorcycle; motor_scooter.1 motorcycle:scooter; moped.1 motorcycle; bicycle.1 bike; tricycle.1 bike; mountain_bike.1 bike:mountain;
wheelchair.1 chair; wheeled_vehicle.1 car; wagon.1 truck; carriage.2 car; cart.2 truck; baby_buggy.1 -; tractor.1 tractor; bulldozer.1 tractor; harvester.2 tractor; tank.1 tractor; excavator.1 -; crane.4 tower:lattice; farm_machine.1 tractor;
locomotive.1 train; train.1 train; steam_locomotive.1 train:steam; streetcar.1 train:local; subway_train.1 train:local; railcar.1 train; aircraft.1 plane; airplane.1 plane; helicopter.1 helicopter; biplane.1 plane:biplane; jet.1 plane:airliner; airliner.1 plane:airliner; balloon.1 hot_air_balloon; airship.1 hot_air_balloon; hot-air_balloon.1 hot_air_balloon; glider.1 plane; spacecraft.1 plane; rocket.1 plane; parachute.1 hot_air_balloon;
boat.1 boat; small_boat.1 boat:rowing; rowboat.1 boat:rowing; dinghy.1 boat:rowing; canoe.1 boat:rowing; kayak.1 boat:rowing; gondola.1 boat:rowing; raft.1 boat; sailboat.1 boat:sailing; sailing_vessel.1 boat:sailing; yacht.1 boat:sailing; motorboat.1 boat:motor; speedboat.1 boat:motor; tugboat.1 boat:fishing; fishing_boat.1 boat:fishing; trawler.1 boat:fishing; ferry.1 ship; barge.1 boat; ship.1 ship; liner.4 ship:liner; cargo_ship.1 ship:container; container_ship.1 ship:container; square-rigger.1 ship:tall; submarine.1 ship; warship.1 ship; vessel.2 boat; craft.2 boat;
sled.1 skateboard; ski.1 skateboard; snowboard.1 skateboard; skateboard.1 skateboard; surfboard.1 surfboard;
building.1 building; house.1 house; dwelling.1 house; cottage.1 house:cottage; bungalow.1 house:cottage; cabin.2 house:cottage; hut.2 house:cottage; shelter.1 tent; villa.2 house:villa; mansion.2 house:villa; farmhouse.1 house; farm_building.1 barn; barn.1 barn; silo.1 barn:silo; greenhouse.1 barn; outbuilding.1 barn; garage.1 barn; shed.1 barn;
place_of_worship.1 church; church.2 church; cathedral.1 church:gothic; chapel.1 church:chapel; mosque.1 church:domed; temple.1 church; synagogue.1 church; pagoda.1 tower; monastery.1 church; castle.2 castle; palace.1 castle; palace.4 castle; fortress.1 castle:fortress; fort.2 castle; fortification.1 castle; ruin.2 castle;
tower.1 tower; skyscraper.1 skyscraper; lighthouse.1 lighthouse; beacon.3 lighthouse; windmill.2 windmill; mill.1 windmill; steeple.1 tower; minaret.1 tower; obelisk.1 tower; mast.1 tower; chimney.1 tower; water_tower.1 tower:water; pyramid.3 tent; monument.1 tower; memorial.3 tower; statue.1 man; sculpture.2 man;
shop.1 building:shop; mercantile_establishment.1 building:shop; restaurant.1 building:shop; cafe.1 building:shop; office_building.1 building:office; apartment_building.1 building:apartment-block; hotel.1 building; school.2 building; hospital.1 building; institution.2 building; station.1 building; place_of_business.1 building:shop; building_complex.1 building; plant.1 building; stadium.1 building; theater.1 building; depository.1 building; establishment.4 building; housing.1 house; court.9 -; hall.3 building; booth.2 house; workplace.1 building; farm.1 barn; prison.1 building; mall.1 building:shop; marketplace.2 building:shop;
tent.1 tent; bridge.1 bridge; dock.1 bridge:wooden; pier.1 bridge:wooden; pier.2 bridge:wooden; fence.1 fence; gate.1 fence; wall.1 wall; wall.3 fence; barrier.1 fence; arch.4 bridge:stone; dam.1 bridge; door.1 door; doorway.1 door; window.1 window; roof.1 roof; floor.1 floor; ceiling.1 wall; brick.1 brick; fireplace.1 cabinet; well.4 fountain; fountain.1 fountain; column.7 tower; column.1 tower; platform.1 floor; stage.3 floor; porch.1 house; room.1 wall; kitchen.1 wall; chamber.1 wall;
road.1 road; street.1 street; path.2 sidewalk; path.4 sidewalk; trail.3 sidewalk; track.4 road; highway.1 road; lane.1 road; alley.1 street; square.3 street; plaza.1 street; sidewalk.1 sidewalk; pavement.1 street; railway.2 train; crossing.5 street; parking_lot.1 street; runway.1 road; playground.1 grass; park.2 grass; park.1 grass; garden.1 grass; garden.2 grass; yard.2 grass; lawn.1 grass; meadow.1 grass; grassland.1 grass; field.1 field; pasture.1 grass; golf_course.1 grass; cemetery.1 grass; orchard.1 field; vineyard.1 field; city.1 building; town.1 house; village.2 house;
forest.1 forest; forest.2 forest; jungle.3 forest; desert.1 sand; beach.1 sand; shore.1 sand; dune.1 sand; island.1 sand; sand.1 sand; hill.1 hill; mountain.1 mountain; volcano.2 mountain; volcano.1 mountain; cliff.1 rock:ledge; valley.1 hill; canyon.1 hill; natural_elevation.1 hill; natural_depression.1 hill; cave.1 rock; slope.1 hill; range.5 mountain;
body_of_water.1 water; sea.1 ocean; ocean.1 ocean; bay.1 ocean; harbor.1 ocean; gulf.1 ocean; lake.1 lake; pond.1 lake; lagoon.1 lake; stream.1 river; river.1 river; canal.3 river; waterfall.1 river; channel.4 river; swamp.1 lake; pool.1 water; swimming_pool.1 water; wave.1 wave; water.1 water; snow.2 snow; snow.1 snow; ice.1 ice; glacier.1 ice; iceberg.1 ice; mud.1 dirt; soil.2 dirt; ground.1 dirt; land.4 grass; sky.1 sky; cloud.2 cloud; fog.2 cloud; smoke.1 cloud; steam.1 cloud; rock.1 rock; stone.1 stone; boulder.1 rock:boulder; pebble.1 stone:pebble; rock.2 rock; mineral.1 stone; jewel.1 stone; sun.1 sun; moon.1 moon; star.1 star; celestial_body.1 moon; planet.1 moon; rainbow.1 rainbow;
seat.3 chair; chair.1 chair; armchair.1 chair:padded; bench.1 bench; sofa.1 sofa; table.2 table; table.3 table; desk.1 table; counter.1 table; coffee_table.1 table:coffee; bed.1 bed; crib.1 bed; furniture.1 cabinet; bedroom_furniture.1 bed; cabinet.1 cabinet; chest_of_drawers.1 cabinet:dresser; wardrobe.1 cabinet; white_goods.1 cabinet; home_appliance.1 cabinet; stove.1 cabinet; oven.1 cabinet; refrigerator.1 cabinet; piano.1 cabinet; box.1 cabinet; chest.2 cabinet; safe.1 cabinet; coffin.1 cabinet; shelf.1 shelf; bookcase.1 shelf:bookcase; rack.1 shelf; lamp.1 lamp; lamp.2 lamp; light.2 lamp; lantern.1 lamp; candle.1 lamp; chandelier.1 lamp; streetlight.1 street_light; mirror.1 mirror; clock.1 clock; timepiece.1 clock; alarm_clock.1 clock:alarm; grandfather_clock.1 clock:grandfather; picture.1 picture; painting.1 picture; photograph.1 picture; graphic_art.1 picture; poster.1 picture; map.1 picture; drawing.2 picture; television_receiver.1 tv; monitor.4 tv; display.6 tv; computer.1 tv; screen.1 tv; laptop.1 tv:flat; rug.1 carpet; floor_cover.1 carpet; curtain.1 window; bathtub.1 -; sink.1 bowl; toilet.2 chair;
vase.1 vase; jar.1 vase; pitcher.2 vase; jug.1 vase; bottle.1 bottle; flask.1 bottle; can.1 bottle; barrel.2 vase; bowl.1 bowl; bowl.3 bowl; plate.4 plate; tray.1 plate; dish.1 plate; cup.1 cup; mug.4 cup:mug; glass.2 glass; goblet.1 glass:wine; pot.1 bowl; pan.1 bowl; kettle.1 vase; teapot.1 vase; bucket.1 bowl; basket.1 bag; bag.1 bag; bag.4 bag:handbag; backpack.1 bag:backpack; suitcase.1 bag; luggage.1 bag; purse.1 bag; case.5 bag; book.1 book; book.2 book; book.11 book; publication.1 book; magazine.1 book; newspaper.1 book; notebook.1 book; letter.1 book; paper.1 book; document.1 book; card.1 book; ball.1 ball; football.2 ball; basketball.2 ball:basketball; game_equipment.1 ball; balloon.2 balloon; kite.3 kite; doll.1 girl; teddy.1 bear:sitting; toy.1 ball; snowman.1 person; scarecrow.1 person; umbrella.1 umbrella; parasol.1 umbrella; headdress.1 hat; hat.1 hat; cap.1 hat:cap; crown.4 hat; helmet.1 hat; helmet.2 hat; top_hat.1 hat:tophat; necktie.1 tie; bow_tie.1 tie:bow; clothing.1 clothes; garment.1 clothes; apparel.1 clothes; dress.1 clothes; footwear.1 clothes; footwear.2 clothes; short_pants.1 short; trunks.1 short; fabric.1 clothes; blanket.1 carpet; bedclothes.1 bed; pillow.1 -; cage.1 cage; sign.2 sign; signboard.1 sign; traffic_light.1 traffic_light; street_sign.1 sign; hydrant.1 hydrant; mailbox.1 mailbox; fire_hydrant.1 hydrant; mailbox.2 mailbox; blackboard.1 board; board.2 stump; bulletin_board.1 board; flag.1 kite; body_part.1 -; pole.1 street_light; telephone_pole.1 street_light; trash_can.1 hydrant; ashcan.1 hydrant;
"""

# More roots, with what has no drawing yet in front: the first word that a vocabulary has is taken, so that the mapping improves with it.
MORE_ROOTS = """
tiger.2 tiger|lion; leopard.2 leopard|tiger|lion; wolf.1 wolf|dog; monkey.1 monkey|bear; ape.1 monkey|bear; primate.2 monkey|bear; rodent.1 mouse|rabbit;
squirrel.1 squirrel|rabbit; camel.1 camel|horse; kangaroo.1 kangaroo|deer; giant_panda.1 panda|bear; dinosaur.1 dinosaur|giraffe; mammal.1 dog; livestock.1 cow;
owl.1 owl|bird; bird_of_prey.1 eagle|bird; parrot.1 parrot|bird; swan.1 swan|duck; goose.1 goose|duck; crow.1 crow|bird; ratite.1 ostrich|bird; wading_bird.1 stork|bird;
whale.2 whale|dolphin; shark.1 shark|dolphin; seal.9 seal|dolphin; bee.1 bee|butterfly; hymenopterous_insect.1 bee|butterfly; caterpillar.1 caterpillar;
snake.1 snake; lizard.1 lizard; saurian.1 lizard; crocodilian_reptile.1 crocodile; turtle.2 turtle; chelonian.1 turtle; amphibian.3 frog; frog.1 frog; spider.1 spider; arachnid.1 spider; crab.1 crab;
crustacean.1 crab; lobster.2 crab; snail.1 snail; gastropod.1 snail; octopus.2 octopus; cephalopod.1 octopus; worm.1 worm; starfish.1 starfish; jellyfish.2 jellyfish;
bulbous_plant.1 flower; seaweed.1 plant; alga.1 plant; garlic.1 carrot; condiment.1 bottle; syrup.1 bottle; milkshake.1 glass:straw; granola.1 bowl; nacho.1 pizza; spread.5 bowl;
seafood.1 fish; confection.1 cake; bread.1 bread|cake; sandwich.1 sandwich|pizza; doughnut.2 donut|cake; cheese.1 cheese|pizza; egg.2 egg|apple; ice_cream.1 ice_cream|cake;
gown.1 dress|clothes; shirt.1 shirt|clothes; coat.1 coat|clothes; jacket.1 jacket|coat|clothes; trouser.1 pants|clothes; shoe.1 shoe|clothes; boot.1 boot|shoe|clothes; glove.2 glove|clothes; hosiery.1 sock|clothes; armor.1 clothes;
cloak.2 clothes; handwear.1 glove|clothes; scarf.1 scarf|clothes; belt.2 clothes; visor.2 hat; accessory.1 clothes; towel.1 towel|carpet;
knife.1 knife; knife.2 knife; spoon.1 spoon; fork.1 fork; scissors.1 scissors; telephone.1 phone|cell_phone; radiotelephone.1 phone|cell_phone; computer_keyboard.1 keyboard; camera.1 camera; guitar.1 guitar; drum.1 drum; violin.1 violin;
bowed_stringed_instrument.1 violin; sword.1 sword; crown.4 crown|hat; toothbrush.1 toothbrush; racket.4 tennis_racket; oven.1 oven|cabinet; refrigerator.1 refrigerator|cabinet; sink.1 sink|bowl; bathtub.1 bathtub|bowl; toilet.2 toilet|chair;
microwave.2 microwave|cabinet; appliance.2 cabinet; dryer.1 cabinet; heater.1 cabinet; boiler.1 cabinet; cooker.1 cabinet; dispenser.1 cabinet; record_player.1 cabinet; container.1 box|cabinet; package.2 present|box|cabinet; box.1 box|cabinet; envelope.1 letter|book;
vessel.3 bowl; canister.2 bottle; measuring_cup.1 cup; basket.1 basket|bag; bucket.1 bucket|bowl; barrel.2 barrel|vase; pouch.1 bag; stairs.1 stairs; stairway.1 stairs; ladder.1 ladder; pillow.1 pillow; cushion.3 pillow; statue.1 statue|man; sculpture.1 statue|man; puppet.3 doll|girl; doll.1 doll|girl; automaton.2 robot|person;
idol.1 statue|man; art.1 picture; mosaic.4 picture; graffito.1 picture; decoration.1 -; jewelry.1 -; scenery.1 picture; banner.1 flag|sign; flag.1 flag|kite; emblem.1 sign; marker.2 sign; candle.1 candle|lamp; fireplace.1 fireplace|cabinet; campfire.1 campfire|lamp; box_seat.1 chair;
airfield.1 building; airport.1 building; facility.1 building; structure.1 building; area.5 floor; patio.1 sidewalk; courtyard.1 street; hallway.1 wall; corridor.1 wall; passageway.1 wall; aisle.3 floor; auditorium.1 building; floor.2 floor; basement.1 wall; loft.2 wall; balcony.1 building; balcony.2 building; facade.1 building; partition.1 wall;
defensive_structure.1 castle; dungeon.1 castle; marina.1 bridge:wooden; entrance.1 door; exit.1 door; enclosure.1 fence; pen.2 fence; obstruction.1 fence; embankment.1 hill; mound.4 hill; ditch.1 dirt; trench.1 dirt; excavation.3 rock; moat.1 river; maze.1 bush:hedge; framework.3 tower:lattice;
derrick.1 tower:lattice; supporting_structure.1 tower:lattice; tomb.1 stone; gravestone.1 stone; monument.1 statue|tower; crossing.5 street; tile.1 floor; slab.1 stone; block.1 stone; masonry.1 brick; roofing.1 roof; column.7 column|tower; highland.1 hill; tableland.1 hill; mesa.1 mountain; delta.1 river; wetland.1 lake; meteor.2 star; meteoroid.1 rock; extraterrestrial_object.1 star; nugget.1 stone; gem.2 stone;
geological_formation.1 hill; land.4 grass; plot_of_ground.1 grass; tract.1 field; sod.1 grass; island.1 island|sand; cave.1 cave|rock; waterfall.1 waterfall|river; dish.2 plate|pizza; tabletop.1 table; work_surface.1 table; stretcher.3 bed; carousel.2 tent:circus; ride.2 tent:circus; satellite.1 plane; spacecraft.1 rocket|plane; rocket.1 rocket|plane; missile.1 rocket|plane; vehicle.1 car; conveyance.3 car;
building_material.1 brick; paper.1 paper|book; sheet.2 paper|book; reference_book.1 book; album.1 book; record.1 book; printer.2 cabinet; trap.1 cage; parasol.1 umbrella; organ.1 -; organism.1 -; microorganism.1 -; plant_part.1 -; body_covering.1 -; drug.1 -; system.1 -; mechanism.5 -; electronic_equipment.1 -; electrical_device.1 -; line.18 -; device.1 -; implement.1 -; instrument.1 -; part.3 -;
"""

# Words that WordNet lacks, or whose first sense is another one; "-": no thing that is drawn.
BY_HAND = """
kid boy; kids boy; toddler boy; baby boy; infant boy; teen boy; guy man; dude man; couple person; crowd person; family person; audience person; team person; group person;
someone person; somebody person; anyone person; friend person; policeman man; cop man; fireman man; firefighter man; postman man; chef man; cook man; waiter man; rider person; cyclist person; biker person; surfer person; skater person; skier person; snowboarder person; swimmer person; runner person; jogger person; hiker person; pedestrian person; passenger person; driver person; pilot man; captain man; astronaut person; player person; boxer man; golfer man; batter man; pitcher man; catcher man; umpire man; referee man; farmer man; shepherd man; fisherman man; cowboy man; cowgirl girl; hunter man; gardener man; lifeguard person; ballerina woman; grandma woman; granny woman; grandpa man; grandmother woman; grandfather man; mommy woman; mom woman; daddy man; santa man; viking man; ninja person; robot person; alien person; zombie person; ghost person; skeleton person; snowman person; scarecrow person; mermaid woman; fairy girl; princess girl; prince boy; king man; queen woman; knight man; witch woman; wizard man; pirate man; superhero man; angel girl; elf boy; dwarf man; giant man; statue man;
poodle dog:poodle; dachshund dog:dachshund; doggy dog; doggie dog; pup dog; puppy dog; collie dog:shepherd; terrier dog; spaniel dog:retriever; labrador dog:retriever; dalmatian dog; bulldog dog; husky dog:shepherd; corgi dog; beagle dog; hound dog; mutt dog; wolf dog; coyote dog; hyena dog; kitty cat; kitten cat; tiger lion; leopard lion; cheetah lion; panther lion; jaguar lion; puma lion; cougar lion; lynx cat; cub lion; calf cow:calf; lamb sheep; foal horse:pony; colt horse:pony; piglet pig:piglet; chick chicken:chick; duckling duck:duckling; gosling duck:duckling; swan duck; goose duck; turkey chicken; rooster chicken:rooster; hen chicken:hen; peacock chicken; ostrich bird; flamingo bird; stork bird; crane bird; heron bird; owl bird; eagle bird; hawk bird; falcon bird; vulture bird; crow bird; raven bird; magpie bird; pigeon bird; dove bird; parrot bird; woodpecker bird; hummingbird bird; pelican seagull; albatross seagull; puffin penguin; donkey horse; mule horse; unicorn horse; pegasus horse; camel horse; llama sheep; alpaca sheep; ox cow; buffalo cow; bison cow; yak cow; moose deer; elk deer; reindeer deer; gazelle deer; kangaroo deer; koala bear; panda bear; gorilla bear; monkey bear; chimpanzee bear; sloth bear; teddy bear:sitting; teddy_bear bear:sitting; boar pig; hog pig; mouse rabbit; rat rabbit; squirrel rabbit; hamster rabbit; hedgehog rabbit; beaver rabbit; bunny rabbit; raccoon fox; badger fox; rhino elephant; hippo elephant; mammoth elephant; whale dolphin; orca dolphin; shark dolphin; seal dolphin; walrus dolphin; bee butterfly; dragonfly butterfly; ladybug butterfly; moth butterfly; bug butterfly; dinosaur giraffe; goldfish fish; salmon fish; tuna fish; carp fish; livestock cow; pet dog; animal dog; beast bear; fowl chicken; poultry chicken;
oak tree:oak; birch tree:birch; maple tree; elm tree; willow tree; beech tree; ash tree; chestnut tree; linden tree; poplar tree:poplar; cypress tree:poplar; apple_tree tree:blossom; cherry_tree tree:blossom; blossom_tree tree:blossom; christmas_tree pine:spruce; fir pine; spruce pine:spruce; pine_tree pine; cedar pine; larch pine; evergreen pine; treetop tree; bamboo plant; tulip flower:tulip; daisy flower:daisy; rose flower:rose; lily flower:bell; poppy flower; daffodil flower; bouquet flower; wildflower flower; ivy bush; hedge bush:hedge; bushes bush; wheat field; corn field; hay field; barley field; haystack barn; log stump; firewood stump; stick stump; leaves plant; weed grass; turf grass; meadow grass; lawn grass; garden grass; park grass; yard grass; backyard grass; clearing grass; prairie grass; savanna grass; playground grass; pitch grass; ground grass; land grass; countryside grass; landscape hill; vineyard field; orchard field; jungle forest; rainforest forest; grove forest; woods forest; desert sand; seaside sand; coast sand; shoreline sand; riverbank grass; bank grass; island sand; cliff rock:ledge; canyon mountain; valley hill; volcano mountain; summit mountain; ridge hill; cave rock; glacier ice; iceberg ice; waterfall river; rapids river; canal river; creek river; brook river; pond lake; puddle water; pool water; swamp lake; marsh lake; bay ocean; harbor ocean; harbour ocean; port ocean; lagoon lake; seawater ocean; mist cloud; fog cloud; smoke cloud; steam cloud; thundercloud cloud; night_sky sky; sunset sun:evening; sunrise sun:evening; sunshine sun; sunlight sun; moonlight moon; planet moon; earth dirt; comet star;
cottage house:cottage; hut house:cottage; cabin house:cottage; shack house:cottage; lodge house:cottage; chalet house:cottage; bungalow house:cottage; igloo tent:dome; villa house:villa; mansion house:villa; townhouse house:two-storey; farmhouse house; farm barn; ranch barn; homestead barn; shed barn; garage barn; stable barn; greenhouse barn; cathedral church:gothic; chapel church:chapel; mosque church:domed; temple church; synagogue church; pagoda tower; palace castle; fortress castle:fortress; fort castle; ruins castle; skyline skyscraper; high-rise skyscraper; apartment building:apartment-block; flat building:apartment-block; store building:shop; shop building:shop; bakery building:shop; supermarket building:shop; restaurant building:shop; cafe building:shop; pub building:shop; bar building:shop; market building:shop; school building; hospital building; hotel building; library building; museum building; factory building; station building; office building:office; town building; city building; village house; street_lamp street_light; lamppost street_light; lamp_post street_light; streetlamp street_light; telegraph_pole street_light; pole street_light; flagpole street_light; monument tower; obelisk tower; steeple tower; pyramid tent; wigwam tent:tipi; tepee tent:tipi; teepee tent:tipi; circus tent:circus; pier bridge:wooden; dock bridge:wooden; jetty bridge:wooden; quay bridge:stone; overpass bridge; gate fence; gateway door:arched; hedgerow bush:hedge; railing fence; handrail fence; cobblestone street; alley street; plaza street; crosswalk street; intersection street; driveway road; freeway road; motorway road; trail sidewalk; path sidewalk; boardwalk sidewalk; railroad line; rail line; rails line; tracks line; track line; train_tracks line; curb sidewalk; parking_lot street;
dinghy boat:rowing; canoe boat:rowing; kayak boat:rowing; gondola boat:rowing; rowboat boat:rowing; rowing_boat boat:rowing; raft boat; yacht boat:sailing; sailboat boat:sailing; sailing_boat boat:sailing; sailing_ship ship:tall; catamaran boat:sailing; schooner ship:tall; galleon ship:tall; frigate ship:tall; speedboat boat:motor; motorboat boat:motor; tugboat boat:fishing; trawler boat:fishing; fishing_boat boat:fishing; ferry ship; freighter ship:container; tanker ship:container; cruise_ship ship:liner; ocean_liner ship:liner; steamer ship:liner; submarine ship; taxi car:sedan; cab car:sedan; limo car:sedan; limousine car:sedan; jeep car; suv car; minivan truck; van truck; pickup car:pickup; pickup_truck car:pickup; convertible car:sports; sports_car car:sports; racecar car:sports; race_car car:sports; roadster car:sports; ambulance truck; police_car car:sedan; fire_truck truck; fire_engine truck; firetruck truck; lorry truck; trailer truck; camper truck; caravan truck; cart truck; wagon truck; carriage car; minibus bus; double_decker bus:double-decker; trolley train:local; tram train:local; streetcar train:local; subway train:local; metro train:local; steam_train train:steam; moped motorcycle:scooter; scooter motorcycle:scooter; motorbike motorcycle; bicycle bike; tricycle bike; tandem bike; unicycle bike; jet plane:airliner; airliner plane:airliner; biplane plane:biplane; glider plane; fighter_jet plane; drone helicopter; zeppelin hot_air_balloon; blimp hot_air_balloon; airship hot_air_balloon; parachute hot_air_balloon; rocket plane; spaceship plane; spacecraft plane; ufo plane; flying_saucer plane; tank tractor; bulldozer tractor; excavator tractor; digger tractor; harvester tractor; sled skateboard; sledge skateboard; sleigh skateboard; snowboard skateboard; skis skateboard; ski skateboard; longboard skateboard:longboard; boogie_board surfboard; paddleboard surfboard; vehicle car; boats boat;
armchair chair:padded; stool chair; throne chair; rocking_chair chair; bar_stool chair; deck_chair chair; office_chair chair:office; couch sofa; futon sofa; desk table; counter table; countertop table; workbench table; coffee_table table:coffee; dining_table table:dining; crib bed; cradle bed; hammock bed; bunk bed; mattress bed; wardrobe cabinet; closet cabinet; drawer cabinet; drawers cabinet:dresser; cupboard cabinet; fridge cabinet; refrigerator cabinet; freezer cabinet; oven cabinet; stove cabinet; microwave cabinet; dishwasher cabinet; fireplace cabinet; chest cabinet; box cabinet; crate cabinet; suitcase bag; piano cabinet; bookshelf shelf:bookcase; bookcase shelf:bookcase; candle lamp; lantern lamp; chandelier lamp; lightbulb lamp; light_bulb lamp; torch lamp; bonfire lamp; campfire lamp; watch clock; grandfather_clock clock:grandfather; cuckoo_clock clock:cuckoo; photo picture; photograph picture; portrait picture; artwork picture; map picture; monitor tv; computer tv; laptop tv:flat; tablet tv:flat; screen tv; telly tv:retro; curtain window; blinds window; doorway door; entrance door; jar vase; jug vase; pitcher vase; urn vase; flowerpot plant; pot bowl; pan bowl; bucket bowl; pail bowl; basket bag; picnic_basket bag; sack bag; briefcase bag; purse bag:handbag; wallet bag; luggage bag; mug cup:mug; teacup cup:teacup; goblet glass:wine; beer glass:tumbler; wine glass:wine; wine_glass glass:wine; juice glass:straw; cocktail glass:straw; drink glass; soda bottle:soda; milk glass; tea cup:teacup; tray plate; dish plate; platter plate; newspaper book; magazine book; notebook book; novel book; letter book; card book; diary book; soccer_ball ball:football; football ball:football; basketball ball:basketball; beachball ball:beach; beach_ball ball:beach; baseball ball; tennis_ball ball; golf_ball ball; volleyball ball; frisbee plate; doll girl; toy ball; helmet hat; crown hat; beret hat:cap; beanie hat:bobble; top_hat hat:tophat; sombrero hat:sunhat; bonnet hat:sunhat; bow_tie tie:bow; bowtie tie:bow; jacket clothes; coat clothes; shirt clothes; t-shirt clothes; dress clothes; skirt clothes; sweater clothes; jeans clothes; pants clothes; trousers clothes; uniform clothes; shorts short; towel carpet; blanket carpet; quilt carpet; doormat carpet; trash_can hydrant; garbage_can hydrant; dustbin hydrant; bin hydrant; bollard hydrant; billboard sign; banner sign; stop_sign sign:stop; street_sign sign; road_sign sign; flag kite; whiteboard board; easel board; lemon orange; lime orange; grapefruit orange; peach apple; pear apple; plum apple; cherry apple; tomato apple; strawberry apple; watermelon apple; pumpkin orange; potato apple; cucumber carrot; pepper apple; cabbage broccoli; cauliflower broccoli; lettuce broccoli; salad bowl:salad; soup bowl; bread cake; loaf cake; sandwich pizza; burger pizza; hamburger pizza; pie cake; cookie cake; muffin cake:cupcake; cupcake cake:cupcake; donut cake; doughnut cake; birthday_cake cake:birthday; ice_cream cake; cheese pizza; pasta pizza; spaghetti pizza; egg apple; snack pizza; lunch plate; breakfast plate; dinner plate;
turtle turtle; tortoise turtle; yarn -; mime person; buccaneer man; harlequin person; mountaineer person; neighbour person; neighbor person; pal person; caddie person; skipper man; mentor person; guard man; cook person; coach man; guide person; usher person; referee man; umpire man; scout person;
nobody -; fuselage plane; marmalade bottle; jam bottle; jelly bowl; honey bottle; slingshot -; sorceress woman; tramway train:local; riverside grass; reef rock; rice bowl; hanging picture; tapestry picture; extinguisher bottle; apparition person; daemon person; juggernaut truck; thunderbird bird; fetus baby|boy; foetus baby|boy; centipede caterpillar|worm; monstrosity dragon|bear; phonograph cabinet; handbarrow truck; bassinet bed; sprinkler fountain; sundial stone; easel picture; totem tower; billboard sign; scoreboard sign; signpost sign; pelt carpet; parchment paper|book; scroll paper|book; blueprint paper|book; leaflet paper|book; brochure paper|book; envelope letter|book; postcard picture; polaroid picture; reel -; footbridge bridge; catwalk bridge; trestle bridge; prow boat; hull boat; cockpit plane; airplane plane; stagecoach car; chariot car; rickshaw bike; hearse car; dinghy boat:rowing; dugout boat:rowing; ember campfire|lamp; cinder campfire|lamp; firework star; meteor star; atlas book; mannequin person; dummy person; puppet doll|girl; marionette doll|girl; figurine statue|girl; bust statue|man; effigy statue|man; monster dragon|bear; demon person; vampire person; genie person; hobbit person; werewolf person; goblin person; troll person; yeti bear; warlock man; phantom person; spectre person; nymph woman; banshee woman; centaur horse; griffin lion; leviathan whale|dolphin; female woman; critter mouse|rabbit; goddess woman; deity person; canvas picture; seating chair; stair stairs|floor; doorstep floor; windshield window; windscreen window; mahogany tree; redwood tree; sequoia tree; mistletoe bush; mulch dirt; permafrost ice; badlands hill; compass clock; barometer clock; stopwatch clock; gauge clock; timer clock; thermometer clock; porcelain plate; pottery vase; glassware glass; silverware spoon|fork|plate; cutlery fork|plate; urinal toilet|bowl; candlestick candle|lamp; strobe lamp; frieze picture; mandala picture; decal sign; motif picture; decor picture; graffiti picture; frosting cake; meringue cake; bookmark book; gurney bed; drywall wall; cladding wall; plating wall; upholstery sofa; wrapping present|box|cabinet; holster bag; satchel bag; fixture lamp; headband hat; cloak clothes; cape clothes; thong clothes; lapel clothes; collar clothes; sleeve clothes; cuff clothes; wristband clothes; bandage clothes; strap clothes; halter clothes; telephone phone|cell_phone; handset phone|cell_phone; landline phone|cell_phone; cellphone phone|cell_phone; webcam camera; keypad keyboard; trucker man; motorist person; heavyweight man; mascot person; soul person; freak person; universe star; radar tower:lattice; turbine windmill; scaffolding tower:lattice; gallows tower:lattice; machinery tractor; mower tractor; generator cabinet; radiator cabinet; ventilator cabinet; transformer cabinet; amplifier cabinet; burner cabinet; alternator -; projectile ball; cannonball ball; globe ball; bead ball; badger fox; feeder cage; trap cage; cot bed; pram baby_carriage|cart|truck; wreckage car; souvenir present|box; roofing roof; conch shell|stone; clam shell|stone; oyster shell|stone; rivet -; oar -; horizon -; aquarium glass; bubble balloon; loudspeaker cabinet; stereo cabinet; radio radio|cabinet; typewriter cabinet; printer cabinet; projector cabinet; incubator cabinet; saddle chair; pedestal stone; statuette statue|man; relic statue|vase; talisman -; amulet -; bonfire campfire|lamp; goal fence; fir pine; dragon dragon|dinosaur|lion; alligator crocodile; glove glove|clothes; sock sock|clothes; ring -; sandbox sand; hot_dog hot_dog|pizza; hotdog hot_dog|pizza; grill grill|cabinet; windowsill window; gravestone stone; adult person; grown-up person; parent person; sibling person; toddler baby|boy; newborn baby|boy; pond lake; duck_pond lake; beach_umbrella umbrella; skating_rink ice; ice_rink ice; treehouse house; tree_house house; dollhouse house; birdhouse house; doghouse house; haybale stump; wheat_field field; cornfield field; farmyard grass; barnyard grass; hilltop hill; mountaintop mountain; rooftop roof; treetops tree; shopfront building:shop; storefront building:shop; farm_stand building:shop; market_stall building:shop; stall building:shop; snowball ball; snowfall snow; raincoat coat|clothes; sweatshirt shirt|clothes; hoodie shirt|clothes; t_shirt shirt|clothes; tshirt shirt|clothes; blouse shirt|clothes; cardigan shirt|clothes; pyjamas clothes; pajamas clothes; sneaker shoe|clothes; slipper shoe|clothes; flip_flop shoe|clothes; cap hat:cap; zoo building; airport building; gym building; city_hall building; town_hall building; drugstore building:shop; bookstore building:shop; bookshop building:shop; skier person; snowman snowman|person; artstation -; trending -; cinematic -; hdr -; bokeh -; total -; fruit apple; fruits apple; cub bear; sun_hat hat:sunhat; bus_stop sign; mango apple; pocket -; mask hat; onion carrot; trunk -; crowd person; camp tent; missile plane; hand -; face -; eye -; hair -; foot -; leg -; arm -; nose -; mouth -; tail -; ear -; head -; finger -; wing -; paw -; beard -; mustache -; shadow -; reflection -; hole -; edge -; corner -; side -; top -; bottom -; middle -; front -; back -; left -; right -; background -; foreground -; distance -; air -; light -; color -; colour -; part -; piece -; scene -; picture -; image -; canvas -; view -; thing -; something -; stuff -; object -; item -; way -; place -; time -; quality -; masterpiece -; style -; detail -; resolution -; lighting -; photo_of -; bit -; size -; lot -; bunch -; row -; line -; body -; skin -; thumb -; tooth -; lip -; knee -; shoulder -; neck -; fur -; feather -; beak -; claw -; horn -; mane -; antler -; step -; stair -; look -; pair -; set -; world -; space -; person_of -; name -; number -; word -; rain -; wind -; weather -; storm -; sound -; music -; love -; day -; night -; morning -; evening -; summer -; winter -; spring -; autumn -; year -; hour -; minute -; second -; moment -; foot_print -; inch -; meter -; mile -; degree -; center -; centre -; half -; end -; base -; surface -; point -; shape -; pattern -; stripe -; spot -; sleeve -; collar -; button -; sail -; seat_of -; handle -; lid -; wire -; string -; stand -; direction -; position -; spot -; area -; region -; zone -; level -; floor_of -; layer -; copy -; version -; one -; ones -; other -; others -; rest -; everything -; nothing -; anything -; none -; shoe clothes; shoes clothes; boot clothes; boots clothes; sandal clothes; scarf clothes; glasses glass; sink bowl; toilet chair; bathtub bowl; tub bowl; metal -; plastic -; paper book; glass glass; fun -; help -; thanks -; please -; hello -; hi -; bye -; yes -; no -; ok -;
"""

DRAWN = None


def read(folder):
    """Synsets by offset: (lemmas, hypernyms, gloss); and for each lemma its senses with how often each was counted."""
    synsets, senses = {}, {}
    with open(folder + "/data.noun", encoding="utf-8") as lines:
        for line in lines:
            if line.startswith(" "):
                continue
            data, _, gloss = line.partition("|")
            parts = data.split()
            count = int(parts[3], 16)
            lemmas = [parts[4 + 2 * i] for i in range(count)]
            at = 4 + 2 * count
            ups = []
            for i in range(int(parts[at])):
                kind, offset, pos = parts[at + 1 + 4 * i: at + 4 + 4 * i]
                if kind in ("@", "@i") and pos == "n":
                    ups.append((offset, kind))
            synsets[parts[0]] = (lemmas, ups, gloss.strip())
    with open(folder + "/index.noun", encoding="utf-8") as lines:
        for line in lines:
            if line.startswith(" "):
                continue
            parts = line.split()
            senses[parts[0]] = parts[-int(parts[2]):]
    counts = {}
    with open(folder + "/cntlist.rev", encoding="utf-8") as lines:
        for line in lines:
            key, number, count = line.split()
            lemma, _, rest = key.partition("%")
            if rest.startswith("1:"):
                counts[lemma, int(number)] = int(count)
            else:
                kind = "verb" if rest.startswith("2:") else "adjective"
                counts[lemma, kind] = counts.get((lemma, kind), 0) + int(count)
    # Words that are adjectives, and are seldom counted as nouns, are adjectives.
    other_parts = {}
    for kind in ("adj", "adv", "verb"):
        with open(f"{folder}/index.{kind}", encoding="utf-8") as lines:
            for line in lines:
                if not line.startswith(" "):
                    lemma = line.split()[0]
                    other_parts[lemma] = True
                    if kind != "verb":
                        counts[lemma, "adjective"] = counts.get((lemma, "adjective"), 0) + 1
    counts["other parts of speech"] = other_parts
    return synsets, senses, counts


def pairs(text):
    for entry in text.replace("\n", " ").split(";"):
        if entry.strip():
            word, drawn = entry.split()
            yield word, drawn


def main(folder):
    synsets, senses, counts = read(folder)
    other_parts = counts.pop("other parts of speech")
    roots = {}
    for key, drawn in [*pairs(ROOTS), *pairs(MORE_ROOTS)]:
        lemma, number = key.rsplit(".", 1)
        found = senses.get(lemma, [])
        if len(found) < int(number):
            print(f"no such sense: {key}", file=sys.stderr)
            continue
        roots[found[int(number) - 1]] = drawn
        if "--glosses" in sys.argv:
            print(f"{key}\t{drawn}\t{synsets[found[int(number) - 1]][2][:70]}", file=sys.stderr)

    def root_of(offset):
        """The nearest root, how far it is, and whether the way leads over an instance: a name."""
        queue, seen = deque([(offset, 0)]), set()
        while queue:
            at, steps = queue.popleft()
            if at in roots:
                return roots[at], steps
            for up, kind in synsets[at][1]:
                if kind == "@i":
                    return None
                if up not in seen:
                    seen.add(up)
                    queue.append((up, steps + 1))
        return None

    table = {}
    for lemma, offsets in senses.items():
        if any(c in lemma for c in ".'/0123456789") or lemma.count("_") > 1 or len(lemma) < 3:
            continue
        total = sum(counts.get((lemma, n), 0) for n in range(1, len(offsets) + 1))
        if counts.get((lemma, "adjective"), 0) > total or counts.get((lemma, "verb"), 0) > 4 * total + 4:
            continue
        for number, offset in enumerate(offsets[:3], 1):
            if any(lemma in (l, l.lower()) and l[:1].isupper() for l in synsets[offset][0] if l.lower() == lemma):
                continue
            found = root_of(offset)
            if not found or found[0] == "-":
                # A first sense that is no thing, and is what the word usually means, settles it.
                if counts.get((lemma, number), 0) * 2 > total and total > 3:
                    break
                continue
            drawn, steps = found
            if number > 1 and counts.get((lemma, number), 0) == 0 and total > 0:
                continue
            weight = counts.get((lemma, number), 0)
            # What is never counted is rare, or means something else: only near a root, and only as a word of its own.
            if weight == 0 and ("_" in lemma or (steps > 4 and number > 1)):
                continue
            if weight == 0 and other_parts.get(lemma) and total == 0:
                continue
            table[lemma] = drawn
            break
    by_hand = dict(pairs(BY_HAND))
    # "colors" is no flag, since a color is no thing.
    for lemma in [lemma for lemma in table if by_hand.get(lemma.removesuffix("s")) == "-" and lemma.endswith("s") and lemma not in ("stairs", "steps", "trunks")]:
        del table[lemma]
    # "actress", "sorceress": women.
    for lemma, drawn in table.items():
        if lemma.endswith("ess") and drawn in ("person", "man") and lemma not in ("business", "mess"):
            table[lemma] = "woman"
    spaced = lambda word: word.replace("_", " ").replace("-", " ")
    table = {spaced(word): drawn for word, drawn in table.items()}
    table.update((spaced(word), drawn) for word, drawn in pairs(BY_HAND))
    # The illustrated world's own words, and their synonyms, stand for themselves.
    own = json.loads((Path(__file__).parent / "illustrated.json").read_text(encoding="utf-8"))["objects"]
    for word in own:
        for name in [word["name"], *word.get("synonyms", [])]:
            table.pop(name, None)
    print("# Everyday nouns, the drawn word that stands for each, and the drawing that fits. Made by nouns.py.")
    print("# Hypernyms from WordNet 3.0, Copyright 2006 by Princeton University. All rights reserved. Use, copying, changing and giving away")
    print("# are permitted for any purpose and without fee (license: WordNet 3.0). Roots and exceptions are of this project. \"-\": nothing of its own.")
    drawn_words = {name for word in own for name in [word["name"], *word.get("synonyms", [])]}
    for word in sorted(table):
        ways = table[word].split("|")
        # What comes behind a word that is drawn is never reached.
        reached = next((at for at, way in enumerate(ways) if way.partition(":")[0].replace("_", " ") in drawn_words), len(ways))
        print(word, ", ".join(way.replace("_", " ") for way in ways[: reached + 1]), sep="\t")


if __name__ == "__main__":
    main(sys.argv[1])
